import { pluralize } from '../../base/pluralize.ts';
import { parseMessageLine } from '../../broker/message-line.ts';
import type { MessageSource, PartitionOffsets } from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { truthSchemas } from '../../data/dataset/truth.ts';
import { runTopics } from '../../shop/simulation/virtual-shop.ts';

/**
 * How a finished run's topics fall short of what it says it published, in words; undefined if they do not, or if no run has finished.
 * Reads one message: the truth's last.
 */
export async function missingFromRun(
  source: MessageSource,
  partitions: readonly PartitionOffsets[],
): Promise<string | undefined> {
  const truth = partitions.find(({ topic, high }) => topic === truthTopic && high > 0);
  if (truth === undefined) return undefined;
  const published = await lastWord(source, truth);
  const found = partitions
    .filter(({ topic }) => runTopics.has(topic) && topic !== truthTopic)
    .reduce((sum, { high }) => sum + high, 0);
  if (published === undefined || found >= published) return undefined;
  return `the run published ${pluralize(published, 'message')}, ${found} are there`;
}

async function lastWord(source: MessageSource, truth: PartitionOffsets): Promise<number | undefined> {
  const { topic, partition, high } = truth;
  for await (const { lines } of source.read([{ topic, partition, from: high - 1, to: high }])) {
    const place = () => `${topic}/${partition}`;
    const { message } = parseMessageLine(new TextDecoder().decode(lines).trimEnd(), place);
    const word = truthSchemas.RunFinished.safeParse(message.data);
    if (message.type === 'RunFinished' && word.success) return word.data.messages;
  }
  return undefined;
}
