import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';

/** `npm ci` installs no optional peer, so the lock file does not hold its licence: that of @tensorflow/tfjs-node. */
const licenceOfPeer = 'Apache-2.0';

const versions = z.record(z.string(), z.string());

test('docs/dependencies.md has a row with version and licence for every dependency, and no other', async () => {
  const manifest = z
    .object({ dependencies: versions, devDependencies: versions, peerDependencies: versions })
    .parse(JSON.parse(await readFile('package.json', 'utf8')));
  const lock = z
    .object({ packages: z.record(z.string(), z.object({ license: z.string().optional() })) })
    .parse(JSON.parse(await readFile('package-lock.json', 'utf8')));
  const expected = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.peerDependencies,
  })
    .map(([name, version]) => `${name} ${version} ${lock.packages[`node_modules/${name}`]?.license ?? licenceOfPeer}`)
    .sort();

  const page = await readFile('docs/dependencies.md', 'utf8');
  const rows = [...page.matchAll(/^\| (\S+)(?: \(optional\))? \| (\d\S*) \| ([^|]+) \| [^|]{5,} \|$/gm)];
  expect(rows.map(([, name, version, licence]) => `${name} ${version} ${licence}`).sort()).toEqual(expected);
});
