import { existsSync } from 'node:fs';
import { CqshopError } from '../../base/errors.ts';
import { sum } from '../../base/sum.ts';
import { inThousands, pluralize } from '../../base/words.ts';
import { openEmbeddedSource } from '../../broker/embedded/embedded-log-source.ts';
import { openKafkaSource } from '../../broker/kafka/reading/kafka-source.ts';
import { readTopicMapping, storedTopicMapping } from '../../broker/kafka/values/mapping-file.ts';
import type { TopicMapping } from '../../broker/kafka/values/topic-mapping.ts';
import { type MessageSource, unreadNote } from '../../broker/message-source.ts';
import { commandLogTopic, commandTopic, truthTopic } from '../../broker/topics.ts';
import { checkpointPath } from '../../data/collector/checkpoint.ts';
import { type Collected, collect, partialDirOf } from '../../data/collector/collect.ts';
import { readScenarioName } from '../../data/collector/scenario-name.ts';
import { assertIdentical, formatLater, verifyDataset } from '../../data/collector/verify-dataset.ts';
import { readManifest } from '../../data/dataset/manifest.ts';
import { readDataset } from '../../data/dataset/read-dataset.ts';
import { wrapText } from '../../lab/report/terminal/wrap-text.ts';
import { services } from '../../shop/services/registry.ts';
import { brokerUrl, defaultBroker, kafkaBroker, parseBrokerUrl } from '../broker-url.ts';
import type { Io } from '../io.ts';
import { kafkaConnection, kafkaOptions } from '../kafka-options.ts';
import { text, topicPrefix, words } from '../option-values.ts';
import { flag, option, type ValuesOf } from '../options.ts';
import { leftOutNotes } from '../unread-notes.ts';
import { defineVerb } from '../verb.ts';

const options = {
  broker: option('<url>', 'embedded:DIR or kafka://host:port', brokerUrl, defaultBroker),
  topicPrefix: option('<prefix>', 'prefix of the topics of the run', topicPrefix, ''),
  topics: option('<names>', 'topics, separated by commas (default: the command log and every events topic)', words),
  follow: flag('go on until the run ends or Ctrl-C, then finish the dataset'),
  out: option('<dir>', 'the dataset (default: datasets/SCENARIO)', text),
  verify: {
    ...flag('collect nothing; compare the topics of a finished dataset with the broker and exit 1 if they differ'),
    conflicts: ['follow', 'overwrite', 'topics'],
  },
  overwrite: flag('replace a finished dataset, or restart an unfinished one'),
  mapping: {
    ...option('<file>', 'Kafka: a YAML file that says what the messages of other programs mean (docs/kafka.md)', text),
    need: kafkaBroker,
  },
  strict: { ...flag('Kafka: end at the first record that cannot be read, instead of counting it'), need: kafkaBroker },
  ...kafkaOptions,
};

type Values = ValuesOf<typeof options>;

/** `cqshop collect`. */
export const verb = defineVerb({
  description:
    'Writes the messages of a broker to a dataset. The dataset appears whole or not at all. After an interruption, the same command continues where it stopped.',
  options,
  examples: [
    'cqshop simulate sample',
    'cqshop collect --out datasets/mine',
    'cqshop collect --verify --out datasets/mine',
    'cqshop collect --follow --broker kafka://localhost:9092 --out datasets/live',
    'cqshop collect --broker kafka://localhost:9092 --topics orders,clicks --mapping mapping.yaml --out datasets/own',
  ],
  async run({ options }, io) {
    const given = options.mapping === undefined ? undefined : readTopicMapping(options.mapping);
    const out = options.out ?? `datasets/${await scenarioName(options, io.signal)}`;
    const mapping = given ?? (options.verify ? mappingIn(out) : undefined);
    const source = openSource({ ...options, mapping }, io.signal, io.warn);
    try {
      return options.verify ? await verify(source, out, io) : await collectTo(source, out, { ...options, mapping }, io);
    } finally {
      await source.close();
    }
  },
});

async function scenarioName(options: Values, giveUp: AbortSignal): Promise<string> {
  const source = openSource({ ...options, mapping: undefined }, giveUp);
  try {
    return await readScenarioName(source);
  } finally {
    await source.close();
  }
}

/** The mapping with which a dataset was collected. */
function mappingIn(dir: string): TopicMapping | undefined {
  const { mapping } = readManifest(dir);
  return mapping === undefined ? undefined : storedTopicMapping(mapping, dir);
}

type CollectValues = Omit<Values, 'mapping'> & { readonly mapping: TopicMapping | undefined };

async function collectTo(source: MessageSource, out: string, options: CollectValues, io: Io): Promise<number> {
  const collecting = io.progress('collecting');
  const merging = io.progress('merging');
  const ended = () => {
    collecting.done();
    merging.done();
  };
  const collected = await collect(source, {
    ...options,
    out,
    mapping: options.mapping?.file,
    signal: io.signal,
    onNote: io.warn,
    onProgress: ({ stage, messages, total }) => {
      if (stage === 'collecting') return collecting.update(messages, total);
      collecting.done();
      merging.update(messages, total);
    },
  })
    .finally(ended)
    .catch(error => {
      if (io.signal.aborted || (canResume(error) && existsSync(checkpointPath(partialDirOf(out)))))
        io.log(describePartial(out, options));
      throw error;
    });
  describe(collected, options, io);
  if (options.topics === undefined && !options.follow) await logPrivateCommands(source, io);
  return 0;
}

/** A full disk can be cleared, and a broker can come back. */
function canResume(error: unknown): boolean {
  return error instanceof CqshopError && (error.code === 'WRITE_FAILED' || error.code === 'BROKER_UNREACHABLE');
}

function describePartial(out: string, { overwrite }: CollectValues): string {
  const partial = partialDirOf(out);
  if (!existsSync(checkpointPath(partial))) return 'nothing had been collected yet, so there is no dataset';
  if (overwrite && existsSync(out)) return `${out} is unchanged; the same command starts again from the beginning`;
  return `the messages collected so far are in ${partial}; the same command${overwrite ? ' without --overwrite' : ''} continues from there`;
}

function describe(collected: Collected, { mapping }: CollectValues, io: Io): void {
  const { dir, manifest, resumedMessages, wasFinished, notes, isCut } = collected;
  if (wasFinished) io.log(`${dir} was already finished`);
  if (resumedMessages > 0) io.log(`resumed after ${pluralize(resumedMessages, 'message')}`);
  if (!manifest.complete && !isCut && manifest.scenario !== null) {
    io.warn('the run has no RunFinished: it was interrupted or still runs; messages and labels may be missing');
  }
  if (manifest.scenario === null && mapping === undefined) {
    io.warn(`${truthTopic} holds no run: there are no labels, and cqshop cannot check whether messages are missing`);
  }
  for (const note of notes) io.warn(note);
  for (const [what, messages] of Object.entries(manifest.unread ?? {})) {
    io.warn(unreadNote(what, messages, manifest.unreadFirst?.[what]));
  }
  for (const note of leftOutNotes(manifest.unreadable ?? {})) io.warn(note);
  if (manifest.deletedBefore !== undefined) {
    io.warn(`retention had deleted ${pluralize(manifest.deletedBefore, 'offset')} before the first message collected`);
  }
  const { messages, labels, nearMisses, complete } = manifest;
  io.result({ dataset: dir, messages, labels, nearMisses, complete }, () => {
    const found = `${dir}: messages ${inThousands(messages)}, labels ${labels}, near misses ${nearMisses}`;
    return wrapText(found, io.width, '  ');
  });
}

/** A run publishes more messages than a dataset holds. */
async function logPrivateCommands(source: MessageSource, io: Io): Promise<void> {
  const inboxes = new Set(services.map(({ name }) => commandTopic(name)));
  const partitions = (await source.partitions()).filter(({ topic }) => inboxes.has(topic));
  const left = sum(partitions, ({ low, high }) => high - low);
  if (left === 0) return;
  io.log(
    `left on the broker: ${pluralize(left, 'command')} in the private inboxes of the services; the dataset has the accepted commands, from ${commandLogTopic}`,
  );
}

async function verify(source: MessageSource, out: string, io: Io): Promise<number> {
  const dataset = await readDataset(out);
  const verification = await verifyDataset(dataset, source, io.signal);
  if (io.isJson) io.result({ dataset: out, broker: source.url, ...verification }, () => '');
  assertIdentical(dataset, source, verification);
  if (io.isJson) return 0;
  const { messages, later } = verification;
  const more = formatLater(later);
  const same = `${out}: ${pluralize(messages, 'message')}, the same as in ${source.url}`;
  const rest = more === '' ? '' : `, which has ${more} more after the end of the dataset`;
  io.out(wrapText(same + rest, io.width, '  '));
  return 0;
}

/**
 * Opens a broker for reading; Kafka is reached on first use.
 *
 * @param giveUp aborted by Ctrl-C, which ends the wait for an unreachable Kafka
 * @throws USAGE, BROKER_NOT_FOUND, BROKER_UNREACHABLE, BROKER_CORRUPT
 */
function openSource(options: CollectValues, giveUp: AbortSignal, onNote?: (note: string) => void): MessageSource {
  const broker = parseBrokerUrl(options.broker);
  const { topicPrefix, mapping, strict } = options;
  switch (broker.kind) {
    case 'embedded':
      return openEmbeddedSource(broker.dir, { topicPrefix });
    case 'kafka': {
      const connection = kafkaConnection(broker.brokers, options);
      return openKafkaSource(connection, { topicPrefix, mapping, strict, giveUp, onNote });
    }
  }
}
