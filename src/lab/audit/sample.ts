import { drawOf } from '../detectors/draws.ts';

/** A uniform sample of at most `size` items of a stream: those whose names have the lowest draws, whatever the order and the other items. */
export function sampleOf<Item>(size: number, seed: number) {
  let kept: { readonly draw: number; readonly item: Item }[] = [];
  let seen = 0;
  let highest = Number.POSITIVE_INFINITY;
  const cut = () => {
    kept = kept.sort((a, b) => a.draw - b.draw).slice(0, size);
    if (kept.length === size) highest = kept.at(-1)?.draw ?? highest;
  };
  return {
    add(name: string, item: Item): void {
      seen += 1;
      const draw = drawOf(seed, name);
      if (draw >= highest) return;
      kept.push({ draw, item });
      if (kept.length >= 2 * size) cut();
    },
    items(): readonly Item[] {
      cut();
      return kept.map(({ item }) => item);
    },
    /** How many were offered. */
    seen: () => seen,
  };
}
