/** What scripts/import-directions.js gives to tests; explained there. */
export function importDirections(biomeJson: string): ReadonlyMap<string, readonly string[]>;
