import { cannot } from '../../base/errors.ts';
import { parseMessageLine } from '../../broker/message-line.ts';
import type { MessageSource } from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { truthSchemas } from '../dataset/truth.ts';

/**
 * The scenario of the run that a broker holds, for naming a dataset after it.
 *
 * @throws USAGE when the broker does not say
 */
export async function readScenarioName(source: MessageSource): Promise<string> {
  for (const { topic, partition, low, high } of await source.partitions()) {
    if (topic !== truthTopic || high === low) continue;
    for await (const batch of source.read([{ topic, partition, from: low, to: low + 1 }])) {
      const { message } = parseMessageLine(
        new TextDecoder().decode(batch.lines).trimEnd(),
        () => `${topic}/${partition}`,
      );
      const run = truthSchemas.RunStarted.safeParse(message.data);
      if (message.type === 'RunStarted' && run.success) return run.data.scenario;
    }
  }
  throw cannot('USAGE', 'name the dataset')(`${source.url} does not say which scenario it holds`, '--out DIR');
}
