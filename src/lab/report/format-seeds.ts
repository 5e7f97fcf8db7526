/** Seeds in words, in order, each once: "seed 7", "seeds 1 to 4", "seeds 1, 5 and 9". */
export function formatSeeds(seeds: readonly number[]): string {
  const sorted = [...new Set(seeds)].sort((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return 'no seed';
  if (sorted.length === 1) return `seed ${first}`;
  if (sorted.length > 2 && last - first === sorted.length - 1) return `seeds ${first} to ${last}`;
  return `seeds ${sorted.slice(0, -1).join(', ')} and ${last}`;
}
