/** A range of lengths of time [ms], both ends included. */
export type DurationRange = { readonly from: number; readonly to: number };

/**
 * The words that a scenario may use. They come from the registries of anomalies and near misses; reading scenarios takes them as a
 * parameter, so that it knows no anomaly itself.
 */
export type Vocabulary = {
  /** By the anomaly's id. */
  readonly anomalies: ReadonlyMap<
    string,
    { readonly variants: readonly string[]; readonly defaultDurationMs: DurationRange }
  >;
  /** By the near miss's kind. */
  readonly nearMisses: ReadonlyMap<string, { readonly defaultDurationMs: DurationRange }>;
};
