import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Producer } from '../../../src/broker/kafka/producer.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import { wallMs } from '../../../src/broker/kafka/wall-clock.ts';
import type { StoredMessage } from '../../../src/broker/message.ts';
import { messageIds } from '../../../src/broker/message-id.ts';
import { commandLogTopic, commandTopic, truthTopic } from '../../../src/broker/topics.ts';
import { ControlTopic } from '../../../src/shop/live/control-topic.ts';
import { liveTopics } from '../../../src/shop/live/live-run.ts';
import { PartitionProcessor, type Publications } from '../../../src/shop/live/partition-processor.ts';
import { serve } from '../../../src/shop/live/serve.ts';
import { StrayRecords } from '../../../src/shop/live/stray-records.ts';
import { defaultPartitions } from '../../../src/shop/services/partitions.ts';
import { services } from '../../../src/shop/services/registry.ts';
import { connectShared, describeKafka, sharedConnection } from '../../support/kafka/broker.ts';
import { audit, readRun } from '../../support/live/audit.ts';
import { haveReadInboxes } from '../../support/live/have-read-inboxes.ts';
import { record, scenarioFor } from '../../support/run-scenario.ts';

const hourMs = 3_600_000;

/** A run as far as it was published when everything died, with no offset committed. */
async function advanceWatermark(published: readonly StoredMessage[], topicPrefix: string, endMs: number, seed: number) {
  const client = await connectShared(topicPrefix);
  await createRunTopics(client, liveTopics({ partitions: defaultPartitions }));
  const producer = await Producer.open(client);
  for (let from = 0; from < published.length; from += 500) await producer.send(published.slice(from, from + 500));
  await producer.close();
  const control = await ControlTopic.open(client);
  try {
    // The clock stands a little after the death, and goes on until nothing of before it is left to do.
    await control.publish('RunOpened', { seed, partitions: defaultPartitions, endMs: endMs + hourMs });
    await control.publish('ClockStarted', { wallMs: wallMs(), virtualMs: endMs, speed: 1 });
    const { signal } = new AbortController();
    // A machine that stands still for a while must not look like a dead replica.
    const sessionTimeoutMs = 60_000;
    const serving = serve({ client, services, sessionTimeoutMs, signal, onNote: () => undefined });
    const endedEarly = serving.then(() => {
      throw new Error('the services ended before the run');
    });
    endedEarly.catch(() => undefined);
    for (;;) {
      await Promise.race([setTimeout(500), endedEarly]);
      const run = await readRun(sharedConnection, topicPrefix);
      const findings = audit(run, { seed, partitions: defaultPartitions });
      if (findings.undoneMs < endMs || !(await haveReadInboxes(client))) continue;
      await control.publish('RunEnded', {});
      return { served: await serving, run, findings };
    }
  } finally {
    await control.close();
  }
}

const keyOf = ({ topic, message }: StoredMessage) => `${topic} ${message.id} ${message.time}`;

describeKafka('a service that comes back after everything died', () => {
  const whole = (async () => {
    const day = await scenarioFor('clean', { days: 1, scale: 0.5, nearMisses: [] });
    const scenario = { ...day, startMs: day.startMs + 18 * hourMs, endMs: day.startMs + 20 * hourMs };
    const { published } = await record(scenario);
    // Nothing is under way: what a timer did stays, everything else was answered in time.
    return { scenario, published: published.filter(({ topic }) => topic !== truthTopic) };
  })();

  describe('knows what it has done', () => {
    test('when offsets were never committed: it recognises every command, and repeats no event', async () => {
      const { scenario, published } = await whole;
      const { served, run, findings } = await advanceWatermark(
        published,
        'window-offsets-',
        scenario.endMs,
        scenario.seed,
      );
      expect(findings).toMatchObject({ lost: [], doubled: [], broken: [] });
      const inboxes = published.filter(({ topic }) => topic.endsWith('-commands')).length;
      expect(served.repeated).toBeGreaterThanOrEqual(inboxes * 0.99);
      const before = new Set(published.map(keyOf));
      const events = run.filter(
        ({ topic, message }) =>
          message.time < scenario.endMs && (topic.endsWith('-events') || topic === commandLogTopic),
      );
      expect(events.filter(stored => !before.has(keyOf(stored)))).toEqual([]);
    });

    test('when the last rows of the command log are missing: it writes them with the time of their events', async () => {
      const { scenario, published } = await whole;
      const log = published.filter(({ topic }) => topic === commandLogTopic);
      const caused = new Set(published.map(({ message }) => message.causationid));
      const lastMs = log.at(-60)?.message.time ?? 0;
      const isMissing = ({ topic, message }: StoredMessage) =>
        topic === commandLogTopic && message.time >= lastMs && caused.has(message.id);
      const missing = published.filter(isMissing);
      expect(missing.length).toBeGreaterThan(30);
      const rest = published.filter(stored => !isMissing(stored));
      const { run, findings } = await advanceWatermark(rest, 'window-log-', scenario.endMs, scenario.seed);
      expect(findings).toMatchObject({ lost: [], doubled: [], broken: [] });
      const after = new Set(run.map(keyOf));
      expect(missing.filter(stored => !after.has(keyOf(stored)))).toEqual([]);
    });

    test('when the last events had no reactions yet: the commands follow, with the ids that they would have had', async () => {
      const { scenario, published } = await whole;
      const fromMs = scenario.endMs - 1.5 * hourMs;
      const isMissing = ({ topic, message: { time, source } }: StoredMessage) =>
        time >= fromMs && topic.endsWith('-commands') && source.startsWith('/services/');
      const missing = published.filter(isMissing);
      expect(missing.length).toBeGreaterThan(10);
      const rest = published.filter(stored => !isMissing(stored));
      const { run, findings } = await advanceWatermark(rest, 'window-reactions-', scenario.endMs, scenario.seed);
      expect(findings).toMatchObject({ lost: [], doubled: [], broken: [] });
      const after = new Set(run.map(({ topic, message }) => `${topic} ${message.id}`));
      expect(missing.filter(({ topic, message }) => !after.has(`${topic} ${message.id}`))).toEqual([]);
    });

    test('when a partition has had far more commands than it remembers: the last ones are recognised, those that decided nothing too', async () => {
      const { scenario, published } = await whole;
      const topicPrefix = 'window-memory-';
      const client = await connectShared(topicPrefix);
      await createRunTopics(client, liveTopics({ partitions: defaultPartitions }));
      const producer = await Producer.open(client);
      for (let from = 0; from < published.length; from += 500) await producer.send(published.slice(from, from + 500));
      await producer.close();
      const caused = new Set(published.map(({ message }) => message.causationid));
      for (const service of services) {
        const inbox = published.filter(
          ({ topic, partition }) => topic === commandTopic(service.name) && partition === 0,
        );
        const handled = inbox.filter(({ message }) => message.time < scenario.endMs - 60_000);
        const last = handled.slice(-20);
        const task = await PartitionProcessor.rebuild(
          { client, strays: new StrayRecords() },
          { service, partition: 0, partitions: scenario.partitions, ids: messageIds(scenario.seed), remembered: 60 },
          { messages: [], log: [] },
        );
        for (const { message } of last) {
          const again: Publications = { messages: [], log: [] };
          task.take(message, scenario.endMs, again);
          expect({ type: message.type, caused: caused.has(message.id), again }).toMatchObject({
            again: { messages: [], log: [] },
          });
        }
        expect(task.repeated).toBe(last.length);
      }
    });
  });
});
