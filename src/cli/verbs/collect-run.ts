import { type Collected, collect, partialDirOf } from '../../collector/collect.ts';
import { readScenarioName } from '../../collector/scenario-name.ts';
import { refuseDifferences, verifyDataset } from '../../collector/verify-dataset.ts';
import { counted } from '../../counted.ts';
import { readDataset } from '../../dataset/read-dataset.ts';
import { CqshopError } from '../../errors.ts';
import { readTopicMapping } from '../../messaging/kafka/topic-mapping.ts';
import type { MessageSource } from '../../messaging/message-source.ts';
import { commandLogTopic, commandTopic } from '../../messaging/topics.ts';
import { services } from '../../services/registry.ts';
import { toolVersion } from '../../tool-version.ts';
import type { Io } from '../io.ts';
import { openSource } from '../open-source.ts';
import type { ValuesOf } from '../options.ts';
import type { RunVerb } from '../verb.ts';
import type { CollectFlags } from './collect.ts';

type Values = ValuesOf<CollectFlags>;

/** `cqshop collect`. */
export const collectRun: RunVerb<Values> = async ({ options }, io) => {
  if (options.verify && (options.follow || options.overwrite || options.topics !== undefined)) {
    throw new CqshopError(
      'USAGE',
      'Cannot verify with --follow, --overwrite or --topics: nothing is collected, expected none of them',
    );
  }
  const mapping = options.mapping === undefined ? undefined : readTopicMapping(options.mapping);
  const source = openSource(options.broker, { ...options, mapping });
  try {
    const out = options.out ?? `datasets/${await readScenarioName(source)}`;
    return options.verify ? await verify(source, out, io) : await collectTo(source, out, options, io);
  } finally {
    for (const note of mapping?.notes() ?? []) io.warn(note);
    await source.close();
  }
};

async function collectTo(source: MessageSource, out: string, options: Values, io: Io): Promise<number> {
  const collecting = io.progress('collecting');
  const merging = io.progress('merging');
  try {
    const collected = await collect(source, {
      ...options,
      out,
      signal: io.signal,
      toolVersion,
      onProgress: ({ stage, messages, total }) => {
        if (stage === 'collecting') return collecting.update(messages, total);
        collecting.done();
        merging.update(messages, total);
      },
    });
    collecting.done();
    merging.done();
    describe(collected, io);
    if (options.topics === undefined && !options.follow) await tellOfPrivateCommands(source, io);
    return 0;
  } catch (error) {
    collecting.done();
    merging.done();
    if (io.signal.aborted)
      io.log(`what was collected is kept in ${partialDirOf(out)}; the same command goes on from there`);
    throw error;
  }
}

function describe({ dir, manifest, resumedMessages, wasFinished }: Collected, io: Io): void {
  if (wasFinished) io.log(`${dir} was finished by the call before`);
  if (resumedMessages > 0) io.log(`resumed after ${counted(resumedMessages, 'message')}`);
  if (!manifest.complete && manifest.scenario !== null) {
    io.warn(
      'the run had not said that it was finished: it was cut off, or still runs; messages and labels may be missing',
    );
  }
  const { messages, labels, nearMisses, complete } = manifest;
  io.result({ dataset: dir, messages, labels, nearMisses, complete }, () => {
    return `${dir}: messages ${messages}, labels ${labels}, near misses ${nearMisses}`;
  });
}

/** What a run published is more than what a dataset holds. */
async function tellOfPrivateCommands(source: MessageSource, io: Io): Promise<void> {
  const inboxes = new Set(services.map(({ name }) => commandTopic(name)));
  const partitions = (await source.partitions()).filter(({ topic }) => inboxes.has(topic));
  const left = partitions.reduce((sum, { low, high }) => sum + high - low, 0);
  if (left === 0) return;
  io.log(
    `left on the broker: ${counted(left, 'command')} in the services' private inboxes; the dataset has those taken, from ${commandLogTopic}`,
  );
}

async function verify(source: MessageSource, out: string, io: Io): Promise<number> {
  const dataset = await readDataset(out);
  const verification = await verifyDataset(dataset, source);
  if (io.isJson) io.result({ dataset: out, broker: source.url, ...verification }, () => '');
  refuseDifferences(dataset, source, verification);
  if (!io.isJson) io.out(`${out}: ${counted(verification.messages, 'message')}, the same as in ${source.url}`);
  return 0;
}
