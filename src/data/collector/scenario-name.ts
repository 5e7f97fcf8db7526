import { cannot } from '../../base/errors.ts';
import type { MessageSource } from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { messagesOf } from './lines-of.ts';
import { truthIn } from './truth-content.ts';
import { truthOnly } from './truth-only.ts';

/**
 * The scenario of the run that a broker holds, for naming a dataset after it.
 *
 * @throws USAGE when the broker does not say
 */
export async function readScenarioName(source: MessageSource): Promise<string> {
  const truth = (await source.partitions()).filter(({ topic }) => topic === truthTopic);
  for await (const batch of source.read(truth.map(range => ({ ...range, from: range.low, to: range.high })))) {
    for (const stored of messagesOf(truthOnly(batch))) {
      if (stored.message.type === 'RunStarted') return truthIn('RunStarted', stored).scenario;
    }
  }
  throw cannot('USAGE', 'name the dataset')(`${source.url} does not say which scenario it holds`, '--out DIR');
}
