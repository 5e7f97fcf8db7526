import { truthTopic } from '../../broker/topics.ts';
import type { Dataset } from './read-dataset.ts';

/** The topics that a dataset was collected from; some may have had no message. */
export function topicsCollected({ manifest }: Pick<Dataset, 'manifest'>): readonly string[] {
  const topics = new Set([...Object.keys(manifest.topics), ...manifest.partitions.map(({ topic }) => topic)]);
  return [...topics].filter(topic => topic !== truthTopic).sort();
}

/** The topics whose messages a dataset has. */
export function topicsWithMessages({ manifest }: Pick<Dataset, 'manifest'>): readonly string[] {
  return Object.keys(manifest.topics).filter(topic => topic !== truthTopic);
}
