import type { Entity } from '../../data/dataset/truth.ts';

/** Names an entity within one run: `user/u-17`. */
export function entityKey({ type, id }: Entity): string {
  return `${type}/${id}`;
}

/** Whether an entity is among some. */
export function includesEntity(entities: readonly Entity[], { type, id }: Entity): boolean {
  return entities.some(each => each.type === type && each.id === id);
}

/** Names a unit within one run of one feature set: `user/u-17@1709288400000`. */
export function unitKey(unit: { readonly entity: Entity; readonly startMs: number }): string {
  return `${entityKey(unit.entity)}@${unit.startMs}`;
}
