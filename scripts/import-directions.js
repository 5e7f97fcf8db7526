/**
 * The directions of imports between the wings of src/, as the overrides of biome.json state them: one glob a wing, and the globs that it must not import.
 *
 * @param biomeJson the text of biome.json
 * @returns by wing, the wings that it may import, itself left out; from the lowest wing up
 */
export function importDirections(biomeJson) {
  const forbidden = new Map();
  for (const { includes, linter } of JSON.parse(biomeJson).overrides) {
    const rule = linter.rules.style?.noRestrictedImports;
    if (rule === undefined) continue;
    if (includes.length !== 1)
      throw new Error(`Cannot read biome.json: ${includes} restricts imports, expected one glob a wing`);
    const wing = nameIn(includes[0], wingGlob);
    if (forbidden.has(wing)) throw new Error(`Cannot read biome.json: ${wing} is restricted twice, expected once`);
    forbidden.set(
      wing,
      rule.options.patterns.flatMap(({ group }) => group.map(glob => nameIn(glob, importedGlob))),
    );
  }
  const wings = [...new Set([...forbidden.keys(), ...[...forbidden.values()].flat()])];
  const allowed = wing => wings.filter(other => other !== wing && !(forbidden.get(wing) ?? []).includes(other));
  /** The longest way down to a wing that imports none. */
  const depth = (wing, above = []) => {
    if (above.includes(wing)) throw new Error(`Cannot read biome.json: ${[...above, wing].join(' may import ')}`);
    return Math.max(-1, ...allowed(wing).map(other => depth(other, [...above, wing]))) + 1;
  };
  const upwards = names => [...names].sort((a, b) => depth(a) - depth(b));
  return new Map(upwards(wings).map(wing => [wing, upwards(allowed(wing))]));
}

const wingGlob = /^src\/([a-z-]+)\/\*\*$/;
const importedGlob = /^\*\*\/([a-z-]+)\/\*\*$/;

function nameIn(glob, pattern) {
  const name = pattern.exec(glob)?.[1];
  if (name === undefined) throw new Error(`Cannot read biome.json: '${glob}' names no wing, expected ${pattern}`);
  return name;
}
