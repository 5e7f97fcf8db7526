import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, inject, onTestFinished } from 'vitest';
import { openEmbeddedSource } from '../../../src/broker/embedded/embedded-log-source.ts';
import { connectKafka, type KafkaClient } from '../../../src/broker/kafka/connect-kafka.ts';
import type { KafkaConnection } from '../../../src/broker/kafka/kafka-connection.ts';
import { openKafkaLog } from '../../../src/broker/kafka/kafka-log.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import { parseMessageLine } from '../../../src/broker/message-line.ts';
import { Topics } from '../../../src/broker/topics.ts';

/** A suite that needs a real broker; without one, a note at the end of the run says that it was left out. */
export const describeKafka = describe.skipIf(inject('kafka') === '');

/** The shared broker. Tests keep out of each other's way by topic prefixes. */
export const sharedConnection: KafkaConnection = { brokers: [inject('kafka')] };
export const sharedUrl = `kafka://${inject('kafka')}`;

/** For `vi.waitUntil`: looks often, and gives up only what hangs; a slow machine with busy neighbours must not reach the limit. */
export const patiently = { interval: 20, timeout: 300_000 } as const;

export function connectShared(topicPrefix = ''): Promise<KafkaClient> {
  return connectKafka(sharedConnection, topicPrefix);
}

/** The same connection for another run. */
export function underPrefix(client: KafkaClient, topicPrefix: string): KafkaClient {
  return { ...client, topics: new Topics(topicPrefix) };
}

/** Publishes what an embedded broker's directory holds to Kafka, as `simulate` would have done it. */
export async function copyToKafka(dir: string, client: KafkaClient, topicPrefix: string): Promise<void> {
  for await (const _slice of copySlices(dir, client, { topicPrefix, slices: 1 }));
}

/** As `copyToKafka`, in some slices of all partitions; goes on with the next when it is asked for. */
export async function* copySlices(
  dir: string,
  client: KafkaClient,
  options: { readonly topicPrefix: string; readonly slices: number },
): AsyncGenerator<number> {
  const { topicPrefix, slices } = options;
  const source = openEmbeddedSource(dir);
  const partitions = await source.partitions();
  const topics = new Map<string, number>();
  for (const { topic } of partitions) topics.set(topic, (topics.get(topic) ?? 0) + 1);
  const run = underPrefix(client, topicPrefix);
  await createRunTopics(run, topics);
  const log = await openKafkaLog(run);
  try {
    for (let slice = 0; slice < slices; slice++) {
      const cut = (high: number, share: number) => Math.floor((high * share) / slices);
      const ranges = partitions.map(({ topic, partition, high }) => {
        return { topic, partition, from: cut(high, slice), to: cut(high, slice + 1) };
      });
      for await (const { topic, partition, lines } of source.read(ranges)) {
        for (const line of new TextDecoder().decode(lines).trimEnd().split('\n')) {
          const { offset, message } = parseMessageLine(line, () => topic);
          log.append({ topic, partition, offset, message });
        }
      }
      await log.drain();
      yield slice;
    }
  } finally {
    await log.close();
    await source.close();
  }
}

/** The files of a directory, by name. */
export function filesOf(dir: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(dir)
      .sort()
      .map(name => [name, readFileSync(join(dir, name), 'latin1')]),
  );
}

const cli = new URL('../../../bin/cqshop.js', import.meta.url).pathname;

export type CliResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Starts the built command line; it ends with the test at the latest. */
export function startCli(
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): { readonly child: ChildProcess; readonly ended: Promise<CliResult> } {
  const child = spawn(process.execPath, [cli, ...words], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.on('data', chunk => out.push(String(chunk)));
  child.stderr.on('data', chunk => err.push(String(chunk)));
  const ended = new Promise<CliResult>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout: out.join(''), stderr: err.join('') }));
  });
  return { child, ended };
}

/** Runs the built command line to its end. */
export function runCli(
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CliResult> {
  return startCli(words, options).ended;
}
