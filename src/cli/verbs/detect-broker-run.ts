import { detectOnBroker } from '../../app/streaming/detect-on-broker.ts';
import { CqshopError } from '../../base/errors.ts';
import { pluralize } from '../../base/pluralize.ts';
import { connectKafka } from '../../broker/kafka/connect-kafka.ts';
import { readTopicMapping } from '../../broker/kafka/topic-mapping.ts';
import { assertCountable, countingAs } from '../../lab/detectors/counted-topics.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { readModel } from '../../lab/detectors/model-files.ts';
import { detectors } from '../../lab/detectors/registry.ts';
import { parseBrokerUrl } from '../broker-url.ts';
import { alarmEventJson, formatAlarmEvent } from '../format-alarm-event.ts';
import { gapNotes } from '../gap-note.ts';
import type { Io } from '../io.ts';
import { kafkaConnection } from '../kafka-options.ts';
import type { ValuesOf } from '../options.ts';
import { modelDir } from '../shipped-models.ts';
import type { DetectFlags } from './detect.ts';

type Values = ValuesOf<DetectFlags>;

/**
 * `cqshop detect ANOMALY --broker URL [--follow]`: reads the topics from their beginning, publishes what it finds, each alarm once
 * however often it is started, and prints it: with --follow what is new, without it all, ending where the topics end now. What follows only from
 * that is printed and not published.
 */
export async function detectBrokerRun(anomaly: string, options: Values, io: Io): Promise<number> {
  const broker = parseBrokerUrl(options.broker ?? '');
  if (broker.kind !== 'kafka') {
    throw new CqshopError(
      'USAGE',
      'Cannot detect on the embedded broker: it does not grow, expected --broker kafka://host:port, or --dataset DIR after cqshop collect',
    );
  }
  const mapping = options.mapping === undefined ? undefined : readTopicMapping(options.mapping);
  const dir = options.model ?? modelDir(anomaly);
  const model = countingAs(await readModel(dir, detectors, anomaly), dir, options.countAs);
  const client = await connectKafka(kafkaConnection(broker.brokers, options), options.topicPrefix);
  const counts = topicsOf(model, options.countAs);
  const { follow, topics } = options;
  const gaps = gapNotes();
  try {
    const { late } = await detectOnBroker(client, model, {
      ...{ follow, mapping, named: topics ?? counts, signal: io.signal, log: io.log, onGap: gaps.onGap },
      hint: topics === undefined && counts !== undefined ? `, which ${dir} counts (--count-as NAME=…, --topics)` : '',
      forTopics: names => {
        for (const note of assertCountable(model, names, { model: dir, data: client.url })) io.warn(note);
      },
      onDeleted: offsets =>
        io.warn(
          `${pluralize(offsets, 'offset')} ${offsets === 1 ? 'was' : 'were'} deleted before the first message looked at`,
        ),
      tell: (alarmEvent, status) => {
        if (status === 'before' && follow) return;
        io.out(io.isJson ? alarmEventJson(alarmEvent, status) : formatAlarmEvent(alarmEvent, status));
      },
    });
    for (const note of gaps.notes()) io.warn(note);
    if (late > 0) {
      io.warn(
        `${pluralize(late, 'message')} came after later ones had been looked at; a dataset of these topics may tell more`,
      );
    }
    return 0;
  } finally {
    for (const note of mapping?.notes() ?? []) io.warn(note);
  }
}

/** The topics that a model of another system names, under the names that they have here; of a shop those that a dataset would hold. */
function topicsOf({ detector }: Model, topicAliases: Values['countAs'] = new Map()): readonly string[] | undefined {
  const { channels } = detector.features;
  if (channels === undefined || channels.isShop) return undefined;
  const renamed = new Set(topicAliases.values());
  return [...channels.names.filter(name => !renamed.has(name)), ...topicAliases.keys()];
}
