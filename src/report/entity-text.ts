import type { Entity } from '../dataset/truth.ts';

/** "user u-12"; "the shop" for what there is one of. */
export function entityText({ type, id }: Entity): string {
  return type === id ? `the ${type}` : `${type} ${id}`;
}
