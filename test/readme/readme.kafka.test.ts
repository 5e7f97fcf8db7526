import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { describeKafka } from '../kafka/support.ts';
import { emptyPlace, readmeCommands, runLine } from './readme-commands.ts';

const place = emptyPlace();

afterAll(() => rmSync(place, { recursive: true, force: true }));

describeKafka('README', () => {
  test('the Kafka commands of the README work, one after the other', { timeout: 300_000 }, async () => {
    const commands = readmeCommands('sh kafka');
    expect(commands.length).toBeGreaterThan(3);
    try {
      for (const line of commands) await runLine(line, place);
    } finally {
      await runLine('npm run kafka:down', place);
    }
  });
});
