import { firstOf } from '../../base/words.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import { allTopics } from '../features/series-channels.ts';

/** Entities of an incident that are named. */
const namedAtMost = 3;

/** "user u-1"; "users u-1, u-2, u-3 and 18 more". All must be of one type. */
export function formatEntities(entities: readonly Entity[]): string {
  const [first] = entities;
  if (first === undefined) return '';
  if (entities.length === 1) return formatEntity(first);
  const ids = entities.map(({ id }) => id);
  return `${first.type}s ${firstOf(ids, namedAtMost)}`;
}

/** "user u-12"; "the shop" for what there is one of; "all topics" where several are counted together. */
export function formatEntity({ type, id }: Entity): string {
  if (id === allTopics) return id;
  return type === id ? `the ${type}` : `${type} ${id}`;
}
