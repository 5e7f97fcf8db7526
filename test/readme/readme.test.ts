import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { emptyPlace, pageCommands, runLine } from './page-commands.ts';

// The set-up itself, which a test inside it cannot run; .ci/run does, from a fresh clone.
const setUp = ['npm ci && npm start', 'npm ci && npm test'];
const page = 'README.md';
const place = emptyPlace(page);

afterAll(() => rmSync(place, { recursive: true, force: true }));

test('the README begins with two commands that do all the set-up', () => {
  expect(
    pageCommands(page, 'sh')
      .slice(0, 2)
      .map(({ line }) => line),
  ).toEqual(setUp);
});

describe('a command of the README works, and prints what the README shows', () => {
  const commands = pageCommands(page, 'sh').filter(({ line }) => !setUp.includes(line));
  test.each(commands.map(({ line, shown }) => [line, shown] as const))('%s', async (line, shown) => {
    const printed = await runLine(line, place);
    expect(printed).not.toBe('');
    if (shown !== undefined) expect(printed).toBe(shown);
  });
});
