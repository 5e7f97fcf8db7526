import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { encoding: 'utf8', recursive: true })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
];
/** Written by `npm run docs:messages` from the schemas of the messages. */
const generated = new Set(['docs/messages.md']);

const longest = 120;
/** Words of a private style, with what a reader is likely to know better. */
const avoided = ['told', 'anew', 'lest', 'mended', 'frankly', 'of which', 'nobody'];

type Line = { readonly number: number; readonly text: string };
type Links = { readonly target: string; readonly number: number };

/** The lines of a page that are prose: neither in code blocks nor rows of tables. */
function proseOf(page: string): readonly Line[] {
  let isCode = false;
  return page.split('\n').flatMap((text, index) => {
    if (text.startsWith('```')) {
      isCode = !isCode;
      return [];
    }
    return isCode || text.startsWith('|') ? [] : [{ number: index + 1, text }];
  });
}

/** A link or an image that has its line to itself may be as long as its address is. */
const isLinkOnly = (text: string) => /^\s*(?:[-*] )?(?:!?\[[^\]]*\]\([^)]*\)|<?https?:\S+)[.,:;]?$/.test(text);

/** The prose lines of a page that are too long to read in a terminal or a diff. */
function longLines(page: string): readonly Line[] {
  return proseOf(page).filter(({ text }) => text.length > longest && !isLinkOnly(text));
}

/** The lines of a page with an avoided word outside code, in tables too. A word may be split over two lines. */
function linesWithAvoidedWords(page: string): readonly Line[] {
  const text = page
    .replace(/^```.*\n[\s\S]*?^```$/gm, block => block.replace(/[^\n]/g, ' '))
    .replace(/`[^`\n]*`/g, '``');
  const words = new RegExp(`\\b(?:${avoided.map(word => word.replace(' ', '\\s+')).join('|')})\\b`, 'gi');
  return [...text.matchAll(words)].map(match => ({
    number: text.slice(0, match.index).split('\n').length,
    text: match[0],
  }));
}

/** Where the links and images of a page lead, except into the web and within the page. */
function relativeLinks(page: string): readonly Links[] {
  return proseLinks(page).filter(({ target }) => !/^(?:[a-z]+:|#)/i.test(target));
}

function proseLinks(page: string): readonly Links[] {
  const isTableToo = page.replaceAll(/^\|/gm, ' ');
  return proseOf(isTableToo).flatMap(({ number, text }) =>
    [...text.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)].map(([, target = '']) => ({ number, target })),
  );
}

/** The names by which a page's headings can be linked to. */
function anchorsOf(page: string): ReadonlySet<string> {
  return new Set(
    proseOf(page).flatMap(({ text }) => {
      const [, heading] = /^#+ (.*)$/.exec(text) ?? [];
      if (heading === undefined) return [];
      return [
        heading
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, '')
          .replaceAll(' ', '-'),
      ];
    }),
  );
}

const read = (page: string) => readFileSync(join(root, page), 'utf8');
const shown = (page: string, lines: readonly Line[]) => lines.map(({ number, text }) => `${page}:${number} ${text}`);

describe.each(pages)('%s', page => {
  test('has no prose line longer than 120 characters', () => {
    if (!generated.has(page)) expect(shown(page, longLines(read(page)))).toEqual([]);
  });

  test('uses no word of a private style', () => {
    expect(shown(page, linesWithAvoidedWords(read(page)))).toEqual([]);
  });

  test('has links only to files and headings that exist', () => {
    const text = read(page);
    const broken = relativeLinks(text).filter(({ target }) => {
      const [path = '', anchor] = target.split('#');
      const file = join(dirname(page), path);
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).has(anchor);
    });
    const own = proseLinks(text).filter(
      ({ target }) => target.startsWith('#') && !anchorsOf(text).has(target.slice(1)),
    );
    expect(
      shown(
        page,
        [...broken, ...own].map(({ number, target }) => ({ number, text: target })),
      ),
    ).toEqual([]);
  });
});

describe('the check of a page', () => {
  const long = 'word '.repeat(25);

  test('finds a long line of prose, and leaves code, tables and lone links alone', () => {
    expect(longLines(`short\n${long}\n`).map(({ number }) => number)).toEqual([2]);
    expect(longLines(`\`\`\`\n${long}\n\`\`\`\n| ${long} |\n- [${long}](x.md)\n![${long}](x.svg)\n`)).toEqual([]);
  });

  test('finds an avoided word, also over two lines and in a table, and not in code or in a longer word', () => {
    const page = 'Frankly, it\nis told.\n\nTwo, of\nwhich one is | x |\n\n| nobody |\n';
    expect(linesWithAvoidedWords(page).map(({ number }) => number)).toEqual([1, 2, 4, 7]);
    expect(linesWithAvoidedWords('`not told` untold\n```\nnot told\n```\nlesson, canewood\n')).toEqual([]);
  });

  test('finds links and images in prose and tables, without those into the web', () => {
    const page = '[a](a.md#x) ![b](b.svg)\n| [c](c.md) |\n[d](https://d.org) [e](#e)\n```\n[f](f.md)\n```\n';
    expect(relativeLinks(page).map(({ target }) => target)).toEqual(['a.md#x', 'b.svg', 'c.md']);
  });

  test('knows the anchors of headings', () => {
    expect([...anchorsOf("# What's `new`?\n\n## An alarm in three minutes\n")]).toEqual([
      'whats-new',
      'an-alarm-in-three-minutes',
    ]);
  });
});
