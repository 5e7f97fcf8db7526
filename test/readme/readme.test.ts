import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { emptyPlace, readmeCommands, runLine } from './readme-commands.ts';

// The set-up itself, which a test inside it cannot run; .ci/run does, from a fresh clone.
const setUp = ['npm ci && npm start', 'npm ci && npm test'];
const place = emptyPlace();

afterAll(() => rmSync(place, { recursive: true, force: true }));

test('the README begins with two commands that do all the set-up', () => {
  expect(readmeCommands('sh').slice(0, 2)).toEqual(setUp);
});

describe('a command of the README works', () => {
  const commands = readmeCommands('sh').filter(line => !setUp.includes(line));
  test.each(commands)('%s', { timeout: 1_200_000 }, async line => {
    expect(await runLine(line, place)).not.toBe('');
  });
});
