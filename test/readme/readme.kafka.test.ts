import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { describeKafka } from '../support/kafka/broker.ts';
import { emptyPlace, pageCommands, runLine } from './page-commands.ts';

const page = 'docs/tutorial.md';
const place = emptyPlace(page);

afterAll(() => rmSync(place, { recursive: true, force: true }));

describeKafka('the tutorial', () => {
  test('the Kafka commands of the tutorial work, one after the other', async () => {
    const commands = pageCommands(page, 'sh kafka').map(({ line }) => line);
    expect(commands.length).toBeGreaterThan(3);
    // As they stand, but for where the broker is: the developer may have one of their own running.
    const port = await freePort();
    const elsewhere = (line: string) =>
      line
        .replace('kafka:up', `kafka:up -- --port ${port} --dir "${place}/kafka"`)
        .replace('kafka:down', `kafka:down -- --dir "${place}/kafka"`)
        .replaceAll('127.0.0.1:9092', `127.0.0.1:${port}`);
    try {
      for (const line of commands) await runLine(elsewhere(line), place);
    } finally {
      await runLine(elsewhere('npm run kafka:down'), place);
    }
  });
});
