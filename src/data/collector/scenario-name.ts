import { cannot } from '../../base/errors.ts';
import type { MessageSource } from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { truthSchemas } from '../dataset/truth.ts';
import { messagesOf } from './lines-of.ts';
import { truthOnly } from './truth-only.ts';

/**
 * The scenario of the run that a broker holds, for naming a dataset after it.
 *
 * @throws USAGE when the broker does not say
 */
export async function readScenarioName(source: MessageSource): Promise<string> {
  const truth = (await source.partitions()).filter(({ topic }) => topic === truthTopic);
  for await (const batch of source.read(truth.map(range => ({ ...range, from: range.low, to: range.high })))) {
    for (const { message } of messagesOf(truthOnly(batch))) {
      if (message.type === 'RunStarted') return truthSchemas.RunStarted.parse(message.data).scenario;
    }
  }
  throw cannot('USAGE', 'name the dataset')(`${source.url} does not say which scenario it holds`, '--out DIR');
}
