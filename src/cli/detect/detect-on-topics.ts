import { gapNotes } from '../../app/gap-note.ts';
import { pluralize } from '../../base/words.ts';
import { readTopicMapping } from '../../broker/kafka/values/mapping-file.ts';
import { assertCountable } from '../../lab/detectors/counted-topics.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { brokerUrl, kafkaBroker } from '../broker-url.ts';
import { alarmEventJson, formatAlarmEvent } from '../format-alarm.ts';
import type { Io } from '../io.ts';
import { kafkaOnly, kafkaOptions } from '../kafka-options.ts';
import { integer, text, topicPrefix, words } from '../option-values.ts';
import { each, flag, given, option, type ValuesOf } from '../options.ts';
import { UnreadNotes } from '../unread-notes.ts';

/** The options of `cqshop detect` that search topics instead of a dataset. */
export const topicOptions = {
  broker: option(
    '<url>',
    'search the topics of kafka://host:port, from their beginning, instead of a dataset',
    brokerUrl,
  ),
  follow: { ...flag('--broker: go on as the topics grow, until Ctrl-C'), need: kafkaBroker },
  group: {
    ...option(
      '<name>',
      '--follow: share the alarms with the other followers of this name; if one fails, others publish its alarms',
      topicPrefix,
    ),
    need: given('follow', 'it does not follow the topics'),
  },
  sessionTimeout: {
    ...option('<ms>', '--group: heartbeat timeout before a follower is considered dead', integer(500), 6000),
    need: given('group', 'no other process shares the alarms', 'NAME'),
  },
  ...each(
    { need: kafkaBroker },
    {
      topicPrefix: option('<prefix>', '--broker: prefix of the topics of the run', topicPrefix, ''),
      topics: option(
        '<names>',
        '--broker: topics, separated by commas (default: the topics of a dataset, or those that the model names)',
        words,
      ),
      mapping: option(
        '<file>',
        '--broker: a YAML file that says what the messages of other programs mean (docs/kafka.md)',
        text,
      ),
      strict: flag('--broker: end at the first record that cannot be read, instead of counting it'),
    },
  ),
  ...kafkaOptions,
};

type Values = ValuesOf<typeof topicOptions> & { readonly broker: string };

type TopicAliases = ReadonlyMap<string, string> | undefined;

/**
 * `cqshop detect ANOMALY --broker URL [--follow]`: reads the topics from their beginning and publishes each alarm once, however often it is started.
 * With --follow it prints new alarms. Without it, it stops at the present end of the topics and prints all alarms; it does not publish those that
 * depend on that end.
 */
export async function detectOnTopics(
  given: { readonly dir: string; readonly loadModel: () => Promise<Model>; readonly countAs: TopicAliases },
  options: Values,
  io: Io,
): Promise<number> {
  const { dir, loadModel, countAs } = given;
  const instead = ', or --dataset DIR after cqshop collect';
  const connection = kafkaOnly(options, { doing: 'detect', why: 'it does not grow', instead });
  const mapping = options.mapping === undefined ? undefined : readTopicMapping(options.mapping);
  const model = await loadModel();
  const [{ connectKafka }, { detectOnBroker }] = await Promise.all([
    import('../../broker/kafka/connect-kafka.ts'),
    import('../../app/streaming/detect-on-broker.ts'),
  ]);
  const client = await connectKafka(connection, options.topicPrefix, io.warn);
  const counts = topicsOf(model, countAs);
  const { follow, strict, topics, group } = options;
  const { anomaly, id } = model.detector;
  const sharing =
    group === undefined
      ? undefined
      : {
          groupId: `cqshop-${options.topicPrefix}detect-${group}-${anomaly}-${id}`,
          sessionTimeoutMs: options.sessionTimeout,
        };
  const gaps = gapNotes();
  const unread = new UnreadNotes(io, follow);
  try {
    const { messages, late } = await detectOnBroker(client, model, {
      ...{ follow, sharing, mapping, strict, signal: io.signal, log: io.log, onGap: gaps.onGap },
      named: topics ?? counts,
      onUnread: unread.take,
      hint: topics === undefined && counts !== undefined ? `, which ${dir} counts (--count-as NAME=…, --topics)` : '',
      forTopics: names => {
        for (const note of assertCountable(model, names, { model: dir, data: client.url })) io.warn(note);
      },
      onDeleted: offsets =>
        io.warn(
          `${pluralize(offsets, 'offset')} ${offsets === 1 ? 'was' : 'were'} deleted before the first message that was read`,
        ),
      tell: (alarmEvent, status) => {
        if (status === 'before' && follow) return;
        io.out(io.isJson ? alarmEventJson(alarmEvent, status) : formatAlarmEvent(alarmEvent, status, io.width));
      },
    });
    if (messages === 0 && !follow) unread.assertReadable(client);
    for (const note of gaps.notes()) io.warn(note);
    if (late > 0) {
      io.warn(
        `${pluralize(late, 'message')} came after later messages had been processed; a dataset of these topics may give other alarms`,
      );
    }
    return 0;
  } finally {
    unread.sumUp();
  }
}

/** The topics that a model of another system names, under their names here; undefined for a model of the shop, which reads the topics of a dataset. */
function topicsOf({ detector }: Model, topicAliases: TopicAliases = new Map()): readonly string[] | undefined {
  const { channels } = detector.features;
  if (channels === undefined || channels.isShop) return undefined;
  const renamed = new Set(topicAliases.values());
  return [...channels.names.filter(name => !renamed.has(name)), ...topicAliases.keys()];
}
