import createXxhash from 'xxhash-wasm';

const xxhash = await createXxhash();

/**
 * A draw in [0, 1) that belongs to a seed and a name, 32 bits: order and number of other draws do not matter, so that a sample stays
 * the same when units are scored one by one. Uniform as far as XXH32 is.
 */
export function drawOf(seed: number, name: string): number {
  return xxhash.h32(`${seed}/${name}`) / 4_294_967_296;
}

/** The items in an order that only the seed and their names decide. */
export function shuffled<Item>(items: readonly Item[], seed: number, nameOf: (item: Item) => string): readonly Item[] {
  return items
    .map(item => ({ item, draw: drawOf(seed, nameOf(item)) }))
    .sort((a, b) => a.draw - b.draw)
    .map(({ item }) => item);
}
