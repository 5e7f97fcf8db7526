import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { packedReadme } from '../../scripts/packed-readme.js';

test('packedReadme makes relative links and pictures absolute, and leaves all others', () => {
  const about = { name: 'cqshop', version: '1.2.3' };
  const packed = packedReadme(
    '![a](docs/a.svg) [b](docs/b.md#c) [d](#d) [e](https://e.org) <source srcset="docs/f.webp"><img src="docs/g.webp">',
    about,
  );
  const base = 'https://unpkg.com/cqshop@1.2.3/docs';
  expect(packed).toBe(
    `![a](${base}/a.svg) [b](${base}/b.md#c) [d](#d) [e](https://e.org) <source srcset="${base}/f.webp"><img src="${base}/g.webp">`,
  );
  expect(packedReadme(packed, about)).toBe(packed);
});

test('the pictures of the report in README.md are there, in light and dark, and small', () => {
  const readme = readFileSync('README.md', 'utf8');
  for (const scheme of ['light', 'dark']) {
    const path = `docs/images/report-${scheme}.webp`;
    expect(readme).toContain(`"${path}"`);
    expect(statSync(path).size).toBeLessThanOrEqual(150 * 1024);
  }
});

test('the README links only to files of the package', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
  const [{ files }] = z.tuple([z.object({ files: z.array(z.object({ path: z.string() })) })]).parse(JSON.parse(packed));
  const page = packedReadme(readFileSync('README.md', 'utf8'), { name: 'cqshop', version: '0' });
  const linked = [...page.matchAll(/https:\/\/unpkg\.com\/cqshop@0\/([^)"#\s]+)/g)].map(([, path = '']) => path);
  expect(linked.length).toBeGreaterThan(10);
  const paths = new Set(files.map(({ path }) => path));
  expect(linked.filter(path => !paths.has(path))).toEqual([]);
});
