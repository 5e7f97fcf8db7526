import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { architecturePicture } from '../../scripts/architecture-picture.js';
import { importDirections } from '../../scripts/import-directions.js';

const directions = importDirections(await readFile('biome.json', 'utf8'));

describe('docs/architecture.svg', () => {
  test('is what `node scripts/architecture-picture.js` makes of biome.json', async () => {
    expect(await readFile('docs/architecture.svg', 'utf8')).toBe(architecturePicture(directions));
  });

  test('follows the directions of imports', () => {
    const picture = architecturePicture(directions);
    expect(picture).toContain('>may import data, base<');
    expect(picture).toContain('shop and lab never import each other');
    const other = new Map([...directions, ['lab', ['base', 'data', 'shop']]]);
    expect(architecturePicture(other)).toContain('>may import shop, data, base<');
    expect(architecturePicture(other)).not.toContain('shop and lab never import each other');
  });

  test('has a place for every wing, and none for another', () => {
    expect(() => architecturePicture(new Map([...directions, ['attic', []]]))).toThrow('attic');
    expect(() => architecturePicture(new Map([...directions].filter(([wing]) => wing !== 'lab')))).toThrow('lab');
  });

  test('needs nothing but itself, as GitHub shows pictures', async () => {
    const picture = await readFile('docs/architecture.svg', 'utf8');
    expect(picture).not.toMatch(/<script|<foreignObject|<image|@import|url\((?!#)|href=/);
    expect(picture).toContain('@media (prefers-color-scheme: dark)');
  });
});
