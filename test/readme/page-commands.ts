import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A page whose commands are run by tests, by its path in the repository. */
export type Page = 'README.md' | 'docs/tutorial.md' | `docs/anomalies/${string}.md` | `docs/detectors/${string}.md`;

/** A command line of a page, and what the page shows that it prints. */
export type PageCommand = { readonly line: string; readonly shown?: string };

type Block = { readonly tag: string; readonly text: string; readonly isAdjacent: boolean };

/** The code blocks of a page in order; adjacent when only an empty line lies between a block and the one before. */
function blocksOf(page: Page): readonly Block[] {
  let end = -1;
  return [...readFileSync(join(root, page), 'utf8').matchAll(/^```(.*)\n([\s\S]*?)^```\n/gm)].map(match => {
    const [whole, tag = '', text = ''] = match;
    const isAdjacent = match.index === end + 1;
    end = match.index + whole.length;
    return { tag, text, isAdjacent };
  });
}

/**
 * The commands of a page's code blocks of one language tag, in order: a line each. A block `text` directly below is what the last of them
 * prints on standard output.
 */
export function pageCommands(page: Page, tag: 'sh' | 'sh kafka'): readonly PageCommand[] {
  const blocks = blocksOf(page);
  return blocks.flatMap((block, index) => {
    if (block.tag !== tag) return [];
    const lines = block.text.split('\n').filter(line => line !== '');
    const next = blocks[index + 1];
    const shown = next?.tag === 'text' && next.isAdjacent ? next.text : undefined;
    return lines.map((line, place) => (shown !== undefined && place === lines.length - 1 ? { line, shown } : { line }));
  });
}

/** An empty place to try a page's commands in, with what the page expects of a clone, and the files that it has its reader write. */
export function emptyPlace(page: Page): string {
  const place = mkdtempSync(join(tmpdir(), 'cqshop-page-'));
  cpSync(join(root, 'datasets/sample'), join(place, 'datasets/sample'), { recursive: true });
  cpSync(join(root, 'models'), join(place, 'models'), { recursive: true });
  for (const { tag, text } of blocksOf(page)) {
    const [, name] = /^yaml (\S+)$/.exec(tag) ?? [];
    if (name !== undefined) writeFileSync(join(place, name), text);
  }
  return place;
}

/** Runs a page's line there as a shell would; rejects unless it exits 0. */
export async function runLine(line: string, place: string): Promise<string> {
  const command = line
    .replace(/^npx cqshop/, `node "${root}bin/cqshop.js"`)
    .replace(/^npm run/, `npm --prefix "${root}" run`);
  const options = { cwd: place, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NO_COLOR: '1' } };
  const { stdout } = await promisify(execFile)('sh', ['-c', command], options);
  return stdout;
}
