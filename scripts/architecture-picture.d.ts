/** What scripts/architecture-picture.js gives to tests; explained there. */
export function architecturePicture(directions: ReadonlyMap<string, readonly string[]>): string;
