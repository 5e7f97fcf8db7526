import { distance } from 'fastest-levenshtein';
import { cannot } from '../../base/errors.ts';
import { expectedWords } from '../../base/words.ts';
import type { PartitionOffsets } from '../../broker/message-source.ts';
import { isCollectedByDefault, truthTopic } from '../../broker/topics.ts';
import { isTopicOfRuns } from './run-on-broker.ts';

/** A cluster may have hundreds of topics. */
const namedInErrors = 5;

/**
 * The partitions of a broker that a dataset is made of: the named topics, or those collected by default, and the truth, unless no
 * named topic belongs to a run: a shop's labels do not concern other systems on its broker. Topics of another run, recognised by its own prefixed truth topic, are left out.
 *
 * @throws USAGE when a named topic does not exist
 */
export function partitionsToCollect(
  partitions: readonly PartitionOffsets[],
  named: readonly string[] | undefined,
): readonly PartitionOffsets[] {
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  for (const name of named ?? []) {
    if (topics.includes(name)) continue;
    throw cannot('USAGE', `collect topic "${name}"`)('the broker has none of that name', expectedTopics(name, topics));
  }
  const otherPrefixes = topics
    .filter(topic => topic.endsWith(truthTopic) && topic !== truthTopic)
    .map(topic => topic.slice(0, -truthTopic.length));
  const isTruthWanted = named?.some(isTopicOfRuns) ?? true;
  const isWanted = (topic: string) =>
    topic === truthTopic
      ? isTruthWanted
      : (named?.includes(topic) ??
        (isCollectedByDefault(topic) && !otherPrefixes.some(prefix => topic.startsWith(prefix))));
  return partitions.filter(({ topic }) => isWanted(topic));
}

/** All topics if they are few, else those most like the name that was given; one that has it as a part is like it. */
function expectedTopics(name: string, topics: readonly string[]): string {
  if (topics.length <= namedInErrors) return expectedWords(name, topics);
  const differenceOf = (topic: string) => (topic.includes(name) ? 0 : distance(name, topic));
  const nearest = topics.toSorted((a, b) => differenceOf(a) - differenceOf(b) || (a < b ? -1 : 1));
  return `one of its ${topics.length}, such as ${expectedWords(name, nearest.slice(0, namedInErrors))}`;
}
