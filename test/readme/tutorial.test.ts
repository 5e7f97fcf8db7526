import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { yieldToOthers } from '../support/low-priority.ts';
import { emptyPlace, pageCommands, runLine } from './page-commands.ts';

const page = 'docs/tutorial.md';
const place = emptyPlace(page);

beforeAll(yieldToOthers);
afterAll(() => rmSync(place, { recursive: true, force: true }));

describe('a command of the tutorial works, and prints what the tutorial shows', () => {
  const commands = pageCommands(page, 'sh');
  test.each(commands.map(({ line, shown }) => [line, shown] as const))(
    '%s',
    { timeout: 3_600_000 },
    async (line, shown) => {
      const printed = await runLine(line, place);
      expect(printed).not.toBe('');
      if (shown !== undefined) expect(printed).toBe(shown);
    },
  );
});
