import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The commands of the README's code blocks of one language tag, in order: a line each. */
export function readmeCommands(tag: 'sh' | 'sh kafka'): readonly string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(/^```(.*)\n([\s\S]*?)^```/gm)]
    .filter(([, found]) => found === tag)
    .flatMap(([, , block = '']) => block.split('\n').filter(line => line !== ''));
}

/** An empty place to try commands in, with what the README expects of a clone. */
export function emptyPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'cqshop-readme-'));
  cpSync(join(root, 'datasets/sample'), join(place, 'datasets/sample'), { recursive: true });
  cpSync(join(root, 'models'), join(place, 'models'), { recursive: true });
  return place;
}

/** Runs a README line there as a shell would; rejects unless it exits 0. */
export async function runLine(line: string, place: string): Promise<string> {
  const command = line
    .replace(/^npx cqshop/, `node "${root}bin/cqshop.js"`)
    .replace(/^npm run/, `npm --prefix "${root}" run`);
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { cwd: place, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
