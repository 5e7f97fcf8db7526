import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type CqshopError, cannot } from '../../base/errors.ts';
import { readJsonFile } from '../../base/json-file.ts';
import { assertMayOpen, statIfThere } from '../../base/stat-if-there.ts';

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
  return readJsonFile(path, brokerFileSchema, {
    code: 'BROKER_CORRUPT',
    what: 'embedded broker',
    expected: 'what `cqshop simulate` writes',
    remedy: `name another directory with --broker embedded:DIR, or delete ${dir} if it holds nothing else that you need`,
    unreadable: (found, cause) =>
      existsSync(path)
        ? cannot('BROKER_UNREACHABLE', `read embedded broker ${path}`)(found, 'what `cqshop simulate` writes', cause)
        : notFound(dir),
  });
}

/** A missing directory is wrong input, as a missing dataset is; it is not an unreachable broker. */
function notFound(dir: string): CqshopError {
  const fails = cannot('BROKER_NOT_FOUND', `open embedded broker ${dir}`);
  const found = statIfThere(dir);
  if (found === undefined) return fails('there is no such directory', 'one that `cqshop simulate` has written');
  if (found.isDirectory()) assertMayOpen(dir);
  return found.isDirectory()
    ? fails('the directory has no broker.json', 'one that `cqshop simulate` has written')
    : fails('it is a file', 'a directory that `cqshop simulate` has written');
}
