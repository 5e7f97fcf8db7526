/** What a feature is, in words, and how it is computed. */
export type Feature<Given extends readonly unknown[]> = {
  readonly phrase: string;
  readonly of: (...given: Given) => number;
};

/** Features by name: their names in order, their phrases by name, and their values in the order of the names. */
export function featureTable<Given extends readonly unknown[]>(features: Readonly<Record<string, Feature<Given>>>) {
  const all = Object.values(features);
  return {
    names: Object.keys(features),
    phrases: Object.fromEntries(Object.entries(features).map(([name, { phrase }]) => [name, phrase])),
    valuesOf: (...given: Given): readonly number[] => all.map(feature => feature.of(...given)),
  };
}
