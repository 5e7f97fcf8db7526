import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { recordOfMessage } from '../../../src/broker/kafka/kafka-records.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import type { Message } from '../../../src/broker/message.ts';
import { partitionOf } from '../../../src/broker/partition.ts';
import { controlTopic } from '../../../src/broker/topics.ts';
import { peekControl } from '../../../src/shop/live/control-topic.ts';
import { liveTopics, simulateLive } from '../../../src/shop/live/live-run.ts';
import { connectShared, describeKafka, sharedConnection, sharedUrl } from '../../support/kafka/broker.ts';
import { type AnyRecord, publishRecords } from '../../support/kafka/publish-records.ts';
import { audit, readRun } from '../../support/live/audit.ts';
import { ServeProcess } from '../../support/live/serve-process.ts';
import { scenarioFor } from '../../support/run-scenario.ts';

const topicPrefix = 'stray-';
const hourMs = 3_600_000;

/** As a program would write it that imitates cqshop. */
function imitated(changes: Partial<Message>, partition: number): AnyRecord {
  const command = { kind: 'command', type: 'CreateCart', id: 'stray', source: '/elsewhere', subject: 'c-1' } as const;
  const data = { cartId: 'c-1', userId: 'u-1' };
  const message = { ...command, time: 0, correlationid: '', causationid: '', data, ...changes };
  const { key, value, headers } = recordOfMessage(message, partition);
  return { key, value, headers, timestamp: message.time, partition };
}

const home = partitionOf('c-1', 3);
const causes = {
  'it is no message of cqshop (--mapping FILE describes messages of other systems)': { key: 'k', value: '{"a":1}' },
  'its type is none of the topic': imitated({ type: 'toString' }, home),
  'its payload is not as its type has it': imitated({ data: { cartId: 7 } }, home),
  'it is in another partition than its key belongs to': imitated({}, (home + 1) % 3),
  'its value is empty': { ...imitated({}, home), value: null },
  'its value is no JSON': { ...imitated({}, home), value: '{"a":' },
  'its value is not UTF-8': { ...imitated({}, home), value: Buffer.from([0xc3, 0x28, 0xff]) },
} satisfies Readonly<Record<string, AnyRecord>>;

async function strew(): Promise<void> {
  const all = Object.values(causes);
  for (const topic of ['cart-commands', 'application-command-topic']) await publishRecords(topicPrefix + topic, all);
  await publishRecords(`${topicPrefix}cart-events`, [{ key: null, value: 'nonsense' }]);
  const control = { kind: 'event', source: '/control', subject: 'control' } as const;
  await publishRecords(topicPrefix + controlTopic, [
    { key: null, value: 'nonsense' },
    imitated({ ...control, type: 'ClockStarted', data: { wallMs: 'now' } }, 0),
  ]);
}

describeKafka('stray records in the topics of a live run', () => {
  test('are counted by cause and left out, before and while services work', async () => {
    const day = await scenarioFor('clean', { days: 1, scale: 0.5, nearMisses: [] });
    const scenario = { ...day, startMs: day.startMs + 18 * hourMs, endMs: day.startMs + 19 * hourMs };
    const client = await connectShared(topicPrefix);
    await createRunTopics(client, liveTopics(scenario));
    await strew();
    const words = ['--broker', sharedUrl, '--topic-prefix', topicPrefix, '--session-timeout', '20000', '--json'];
    const elsewhere = await ServeProcess.start(words);
    const notes: string[] = [];
    const running = simulateLive(client, scenario, {
      ...{ speed: 120, external: true, withoutAnomalies: false, sessionTimeoutMs: 20_000 },
      signal: new AbortController().signal,
      onNote: note => notes.push(note),
    });
    running.catch(() => undefined);
    while ((await peekControl(client))?.clock === undefined) await setTimeout(100);
    await strew();
    const { unreadable, doubled } = await running;
    const { code, stdout, stderr } = await elsewhere.ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });

    const found = { monitor: unreadable ?? {}, services: JSON.parse(stdout).unreadable };
    for (const what of Object.keys(causes)) {
      // Twice in two topics, some in others, too. Services read the command log only when they begin.
      const times = 4 + (what.startsWith('it is no message') ? 4 : what.startsWith('its payload') ? 2 : 0);
      const place = expect.stringMatching(/^stray-[a-z-]+\/\d offset \d+/);
      expect(found.monitor[what]).toEqual({ messages: times, first: place });
      expect(found.services[what]).toEqual({ messages: times - 1, first: place });
      expect(stderr).toContain(`a record is left out: ${what}, stray-`);
      expect(notes.filter(note => note.includes(what))).toHaveLength(1);
    }
    const run = (await readRun(sharedConnection, topicPrefix)).filter(({ message }) => message.id !== 'stray');
    expect(run.filter(({ topic }) => topic === 'cart-events').length).toBeGreaterThan(20);
    const findings = audit(run, { seed: day.seed, partitions: day.partitions });
    expect(findings).toMatchObject({ lost: [], doubled: [], broken: [] });
    expect(doubled).toBe(0);
  });
});
