import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';

test('the README on npm links only to files of the package, and shows its pictures', () => {
  const page = execFileSync(process.execPath, ['scripts/readme-for-npm.js', '--print'], { encoding: 'utf8' });
  const links = [...page.matchAll(/\]\(([^)]+)\)|(?:src|srcset|href)="([^"]+)"/g)].map(([, a, b]) => a ?? b ?? '');
  expect(links.filter(link => !/^(https:|#)/.test(link))).toEqual([]);

  const [packed] = z
    .tuple([z.object({ version: z.string(), files: z.array(z.object({ path: z.string() })) })])
    .parse(JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })));
  const base = `https://cdn.jsdelivr.net/npm/cqshop@${packed.version}/`;
  const own = links.filter(link => link.startsWith(base)).map(link => link.slice(base.length).replace(/#.*/, ''));
  const files = new Set(packed.files.map(({ path }) => path));
  expect(own.length).toBeGreaterThan(10);
  expect(own.filter(path => !files.has(path))).toEqual([]);
  expect(own.some(path => path.endsWith('.svg'))).toBe(true);
  // In a clone, links are relative.
  expect(readFileSync('README.md', 'utf8')).not.toContain('cdn.jsdelivr.net');
});
