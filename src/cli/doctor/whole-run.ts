import { pluralize } from '../../base/words.ts';
import { parseMessageLine } from '../../broker/message-line.ts';
import type { MessageSource, PartitionOffsets } from '../../broker/message-source.ts';
import { truthTopic } from '../../broker/topics.ts';
import { truthSchemas } from '../../data/dataset/truth.ts';
import { runTopics } from '../../shop/simulation/virtual-shop.ts';

/**
 * Says in words that the topics of a finished run hold fewer messages than the run published. undefined if they hold them all, or if no run has
 * finished. Reads one message: the last one of the truth topic.
 */
export async function missingFromRun(
  source: MessageSource,
  partitions: readonly PartitionOffsets[],
): Promise<string | undefined> {
  const truth = partitions.find(({ topic, high }) => topic === truthTopic && high > 0);
  if (truth === undefined) return undefined;
  const published = await publishedBy(source, truth);
  const found = partitions
    .filter(({ topic }) => runTopics.has(topic) && topic !== truthTopic)
    .reduce((sum, { high }) => sum + high, 0);
  if (published === undefined || found >= published) return undefined;
  return `the run published ${pluralize(published, 'message')}, ${found} are there`;
}

/** How many messages a finished run published, by its `RunFinished`. */
async function publishedBy(source: MessageSource, truth: PartitionOffsets): Promise<number | undefined> {
  const { topic, partition, high } = truth;
  for await (const { lines } of source.read([{ topic, partition, from: high - 1, to: high }])) {
    const place = () => `${topic}/${partition}`;
    const { message } = parseMessageLine(new TextDecoder().decode(lines).trimEnd(), place);
    const finished = truthSchemas.RunFinished.safeParse(message.data);
    if (message.type === 'RunFinished' && finished.success) return finished.data.messages;
  }
  return undefined;
}
