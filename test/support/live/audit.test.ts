import { beforeAll, describe, expect, test } from 'vitest';
import type { StoredMessage } from '../../../src/broker/message.ts';
import { commandLogTopic, truthTopic } from '../../../src/broker/topics.ts';
import { randomStreams } from '../../../src/shop/engine/random.ts';
import { defaultPartitions } from '../../../src/shop/services/partitions.ts';
import { record, scenarioFor } from '../run-scenario.ts';
import { audit } from './audit.ts';

const hourMs = 3_600_000;
/** A hundred audits of a day, on a machine that does other things too. */
const patienceMs = 400_000;

describe('the audit of a live run', () => {
  let run: readonly StoredMessage[];
  let seed = 0;
  let endMs = 0;
  const look = (messages: readonly StoredMessage[]) => audit(messages, { seed, partitions: defaultPartitions });

  beforeAll(async () => {
    const day = await scenarioFor('clean', { days: 1, scale: 0.8, nearMisses: [] });
    ({ seed, endMs } = day);
    const { published } = await record(day);
    const place = ({ topic, partition }: StoredMessage) => `${topic}/${partition}`;
    run = published
      .filter(({ topic }) => topic !== truthTopic)
      .sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : a.offset - b.offset));
  });

  test('finds nothing wrong with a run in virtual time', () => {
    const findings = look(run);
    expect(findings).toMatchObject({ lost: [], doubled: [], broken: [], repeated: 0 });
    expect(findings.undoneMs).toBeGreaterThan(endMs - 1000);
  });

  const isIn = {
    event: ({ topic }: StoredMessage) => topic.endsWith('-events'),
    'row of the command log': ({ topic }: StoredMessage) => topic === commandLogTopic,
    'command of a reaction': ({ topic, message: { source } }: StoredMessage) =>
      topic.endsWith('-commands') && source.startsWith('/services/'),
  } as const;

  test.each(Object.entries(isIn))(
    'notices every %s that is taken out of the middle of a run',
    (name, isWanted) => {
      const random = randomStreams(7).stream(name);
      const midday = run.filter(
        stored =>
          isWanted(stored) && stored.message.time < endMs - 4 * hourMs && stored.message.time > endMs - 12 * hourMs,
      );
      expect(midday.length).toBeGreaterThan(100);
      const missed: StoredMessage[] = [];
      for (let plant = 0; plant < 100; plant++) {
        const victim = midday[random.integer(0, midday.length - 1)];
        if (victim === undefined) continue;
        const { lost, broken } = look(run.filter(stored => stored !== victim));
        if (lost.length + broken.length === 0) missed.push(victim);
      }
      expect(missed).toEqual([]);
    },
    patienceMs,
  );

  test('notices an event and a row that are there twice', () => {
    for (const isWanted of [isIn.event, isIn['row of the command log']]) {
      const twice = run.findIndex(isWanted);
      const doubled = run.toSpliced(twice, 0, ...run.slice(twice, twice + 1));
      expect(look(doubled).doubled).toHaveLength(1);
    }
  });

  test('notices a price that was never set', () => {
    const index = run.findIndex(({ message }) => message.type === 'ProductReserved');
    const reserved = run[index];
    if (reserved === undefined) throw new TypeError('no reservation');
    const message = { ...reserved.message, data: { ...reserved.message.data, unitPrice: 0.01, price: 0.01 } };
    expect(look(run.with(index, { ...reserved, message })).broken).not.toEqual([]);
  });

  test('takes a tail that the end of the run cut off for undone, not for lost', () => {
    const cutMs = endMs - 2 * hourMs;
    const cut = run.filter(({ topic, message }) => message.time < cutMs || topic.endsWith('-commands'));
    const findings = look(cut);
    expect(findings.lost).toEqual([]);
    expect(findings.undoneMs).toBeGreaterThan(cutMs - 1000);
    expect(findings.undoneMs).toBeLessThan(cutMs + hourMs);
  });

  test('takes the last rows of the command log for undone where the end came between events and rows', () => {
    const cutMs = endMs - 10 * 60_000;
    const findings = look(run.filter(({ topic, message }) => topic !== commandLogTopic || message.time < cutMs));
    expect(findings).toMatchObject({ lost: [], doubled: [], broken: [] });
    expect(findings.undoneMs).toBeGreaterThanOrEqual(cutMs - 1000);
    expect(findings.undoneMs).toBeLessThan(endMs);
  });
});
