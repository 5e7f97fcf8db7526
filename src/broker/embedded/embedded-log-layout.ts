import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CqshopError } from '../../base/errors.ts';
import { readFailure } from '../../base/unreadable.ts';

const brokerFileSchema = z.object({
  format: z.literal(1),
  clusterId: z.string().min(1),
  topics: z.record(z.string(), z.object({ partitions: z.int().positive() })),
});

/** `DIR/broker.json`: what the embedded broker's directory holds; topics are named with their prefix. */
export type BrokerFile = z.infer<typeof brokerFileSchema>;

/** Where `broker.json` is. */
export function brokerFilePath(dir: string): string {
  return join(dir, 'broker.json');
}

/** Where the messages of a partition are. */
export function partitionPath(dir: string, topic: string, partition: number): string {
  return join(dir, topic, `${partition}.jsonl`);
}

/** @throws BROKER_NOT_FOUND when there is none; BROKER_UNREACHABLE when it may not be read; BROKER_CORRUPT when it is not one of ours */
export function readBrokerFile(dir: string): BrokerFile {
  const path = brokerFilePath(dir);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (!existsSync(path)) throw notFound(dir);
    throw new CqshopError(
      'BROKER_UNREACHABLE',
      `Cannot open embedded broker ${dir}: ${path} cannot be read: ${readFailure(cause)}, expected a directory that \`cqshop simulate\` has written`,
      { cause },
    );
  }
  try {
    return brokerFileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new CqshopError(
      'BROKER_CORRUPT',
      `Cannot open embedded broker ${dir}: ${path} is not a broker file of format 1, expected what \`cqshop simulate\` writes; name another directory with --broker embedded:DIR, or, if it holds nothing else that you need, delete ${dir} to begin anew`,
      { cause },
    );
  }
}

/** A directory that is not there is wrong input, as a missing dataset is, and no broker that is down. */
function notFound(dir: string): CqshopError {
  const found = statSync(dir, { throwIfNoEntry: false });
  const [what, expected] =
    found === undefined
      ? ['there is no such directory', 'one']
      : found.isDirectory()
        ? ['the directory has no broker.json', 'one']
        : ['it is a file', 'a directory'];
  return new CqshopError(
    'BROKER_NOT_FOUND',
    `Cannot open embedded broker ${dir}: ${what}, expected ${expected} that \`cqshop simulate\` has written`,
  );
}
