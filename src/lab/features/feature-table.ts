/** What a feature is, in words, and how it is computed. */
export type Feature<Given extends readonly unknown[]> = {
  readonly phrase: string;
  readonly of: (...given: Given) => number;
};

/** A value to at most three significant digits; in per cent if its phrase begins with 'share of'. */
export function figureOf(value: number, phrase: string): string {
  return phrase.startsWith('share of ') ? `${rounded(100 * value)} %` : rounded(value);
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A value with its phrase: '12 units reserved', '89 % of the stock taken'. */
export function inWords(value: number, phrase: string): string {
  return `${figureOf(value, phrase)} ${phrase.replace(/^share (?=of )/, '')}`;
}

/** Features by name: their names in order, their phrases by name, and their values in the order of the names. */
export function featureTable<Given extends readonly unknown[]>(features: Readonly<Record<string, Feature<Given>>>) {
  const all = Object.values(features);
  return {
    names: Object.keys(features),
    phrases: Object.fromEntries(Object.entries(features).map(([name, { phrase }]) => [name, phrase])),
    valuesOf: (...given: Given): readonly number[] => all.map(feature => feature.of(...given)),
  };
}
