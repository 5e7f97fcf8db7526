import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

const pages = [
  'README.md',
  ...(await readdir('docs')).filter(name => name.endsWith('.md')).map(name => `docs/${name}`),
];

/** The page's text without its code blocks. */
async function proseOf(page: string): Promise<string> {
  return (await readFile(page, 'utf8')).replaceAll(/^```[\s\S]*?^```/gm, '');
}

/** What GitHub calls the headings of a page in links. */
function anchorsOf(prose: string): readonly string[] {
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', page => {
  test('links to files and headings that are there', async () => {
    const prose = await proseOf(page);
    const broken: string[] = [];
    for (const [, link = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : join(dirname(page), file);
      if (!existsSync(target)) broken.push(link);
      else if (anchor !== undefined && !anchorsOf(await proseOf(target)).includes(anchor)) broken.push(link);
    }
    expect(broken).toEqual([]);
  });

  test('names files of the source, the tests and the scripts that are there', async () => {
    const named = (await proseOf(page)).matchAll(/`((?:src|test|scripts|schemas)\/[\w./-]+)`/g);
    const gone = [...named].map(([, path = '']) => path).filter(path => !existsSync(path) && !existsSync(`${path}.ts`));
    expect(gone.filter(path => !existsSync(`${path}.kafka.test.ts`))).toEqual([]);
  });
});
