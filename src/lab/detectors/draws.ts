import { hash32 } from '../../base/hash.ts';

/**
 * A draw in [0, 1) that belongs to a seed and a name, 32 bits. It does not depend on the order and number of other draws, so a sample stays
 * the same when units are scored one by one. As uniform as XXH32.
 */
export function drawOf(seed: number, name: string): number {
  return hash32(`${seed}/${name}`) / 4_294_967_296;
}

/** The items in an order that depends on the seed and their names only. */
export function shuffled<Item>(items: readonly Item[], seed: number, nameOf: (item: Item) => string): readonly Item[] {
  return items
    .map(item => ({ item, draw: drawOf(seed, nameOf(item)) }))
    .sort((a, b) => a.draw - b.draw)
    .map(({ item }) => item);
}
