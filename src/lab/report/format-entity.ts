import type { Entity } from '../../data/dataset/truth.ts';
import { allTopics } from '../features/series-channels.ts';

/** "user u-12"; "the shop" for what there is one of; "all topics" where several are counted together. */
export function formatEntity({ type, id }: Entity): string {
  if (id === allTopics) return id;
  return type === id ? `the ${type}` : `${type} ${id}`;
}
