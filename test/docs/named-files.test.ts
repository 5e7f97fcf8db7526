import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const docs = (await readdir('docs', { recursive: true }))
  .filter(name => name.endsWith('.md'))
  .map(name => `docs/${name}`);

test.each(['README.md', ...docs])('%s names files of source, tests and scripts that exist', async page => {
  // A recipe names files that the reader makes.
  const text = (await readFile(page, 'utf8')).replace(/^New `.*`:$/gm, '');
  const named = text.matchAll(/`((?:src|test|scripts|schemas)\/[\w./-]+)`/g);
  const endings = ['', '.ts', '.kafka.test.ts'];
  const paths = [...named].map(([, path = '']) => path);
  expect(paths.filter(path => !endings.some(ending => existsSync(`${path}${ending}`)))).toEqual([]);
});
