import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { yieldToOthers } from '../support/low-priority.ts';
import { emptyPlace, type Page, pageCommands, runLine } from './page-commands.ts';

const pages = (['anomalies', 'detectors'] as const).flatMap(folder =>
  readdirSync(`docs/${folder}`).map((name): Page => `docs/${folder}/${name.replace(/\.md$/, '')}.md`),
);
const place = emptyPlace('README.md');

beforeAll(yieldToOthers);
afterAll(() => rmSync(place, { recursive: true, force: true }));

test('every anomaly and every detector has its page, which says what code knows', () => {
  execFileSync(process.execPath, ['scripts/docs-pages.js', '--check']);
});

describe.each(pages)('%s', page => {
  const lines = pageCommands(page, 'sh').map(({ line }) => line);

  test('has commands, and all work', { timeout: 1_800_000 }, async () => {
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(await runLine(line, place)).not.toBe('');
  });
});
