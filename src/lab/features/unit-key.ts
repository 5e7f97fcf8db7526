import type { Entity } from '../../data/dataset/truth.ts';

/** Names a unit within one run of one feature set: `user/u-17@1709288400000`. */
export function unitKey(unit: { readonly entity: Entity; readonly startMs: number }): string {
  return `${unit.entity.type}/${unit.entity.id}@${unit.startMs}`;
}
