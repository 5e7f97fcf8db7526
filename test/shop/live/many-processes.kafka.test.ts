import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Producer } from '../../../src/broker/kafka/producer.ts';
import { createRunTopics } from '../../../src/broker/kafka/run-topics.ts';
import { wallMs } from '../../../src/broker/kafka/wall-clock.ts';
import { commandLogTopic } from '../../../src/broker/topics.ts';
import { ControlTopic, withoutAll } from '../../../src/shop/live/control-topic.ts';
import { liveTopics } from '../../../src/shop/live/live-run.ts';
import { connectShared, describeKafka, sharedConnection, sharedUrl } from '../../support/kafka/broker.ts';
import { audit, readRun } from '../../support/live/audit.ts';
import { haveReadInboxes } from '../../support/live/have-read-inboxes.ts';
import { ServeProcess } from '../../support/live/serve-process.ts';
import { yieldToOthers } from '../../support/low-priority.ts';
import { record, scenarioFor } from '../../support/run-scenario.ts';

yieldToOthers();

const topicPrefix = 'many-';
/** What people wait for: CQSHOP_PROCESSES=8 npm test -- test/shop/live/many-processes */
const processesAtOnce = Number(process.env.CQSHOP_PROCESSES ?? 3);
const changes = ['kill', 'join', 'leave', 'kill', 'join', 'leave'] as const;

describeKafka('24 partitions, served by processes that come and go', () => {
  test('lose no message and double none', async () => {
    const day = await scenarioFor('clean', { days: 1, scale: 0.5, nearMisses: [], partitions: 24 });
    const { published } = await record(day);
    const given = published.filter(
      ({ topic, message }) => topic.endsWith('-commands') && !message.source.startsWith('/services/'),
    );
    const client = await connectShared(topicPrefix);
    await createRunTopics(client, liveTopics(day));
    const { seed, partitions, endMs } = day;
    const control = await ControlTopic.open(client);
    const customers = await Producer.open(client);
    const words = ['--broker', sharedUrl, '--topic-prefix', topicPrefix, '--session-timeout', '6000'];
    const all: ServeProcess[] = [];
    const serving: ServeProcess[] = [];
    const join = async () => {
      serving.push(await ServeProcess.start(words, started => all.push(started)));
    };
    const takeOne = () => {
      const one = serving.shift();
      if (one === undefined) throw new TypeError('no process');
      return one;
    };
    try {
      await control.publish('RunOpened', { seed, partitions, endMs: 2 * endMs });
      for (let count = 0; count < processesAtOnce; count += 1) await join();
      await control.until(({ taken }) => withoutAll(taken, partitions).length === 0);
      // So slow that no timer comes due. What is to be done ends.
      await control.publish('ClockStarted', { wallMs: wallMs(), virtualMs: endMs, speed: 1 });
      const perSlice = Math.ceil(given.length / (changes.length + 1));
      for (const [index, change] of [...changes, 'none'].entries()) {
        await customers.send(given.slice(index * perSlice, (index + 1) * perSlice));
        // The others get its partitions while commands wait in them, and are handled.
        if (change === 'kill') await takeOne().kill();
        if (change === 'leave') takeOne().signal('SIGINT');
        if (change !== 'none') await join();
      }
      for (;;) {
        await setTimeout(500);
        const ended = await Promise.race([Promise.any(serving.map(({ ended }) => ended)), setTimeout(0)]);
        expect(ended).toBeUndefined();
        if (!(await haveReadInboxes(client))) continue;
        // While services publish, topics that are read one after the other do not agree.
        const { undoneMs } = audit(await readRun(sharedConnection, topicPrefix), { seed, partitions });
        if (undoneMs >= endMs) break;
      }
      await control.publish('RunEnded', {});
      for (const one of serving) expect(await one.ended).toMatchObject({ code: 0 });
    } finally {
      for (const one of all) one.signal('SIGKILL');
      await customers.close();
      await control.close();
    }
    const run = await readRun(sharedConnection, topicPrefix);
    const findings = audit(run, { seed, partitions });
    expect(findings).toMatchObject({ lost: [], doubled: [], broken: [] });
    const handled = new Set(run.flatMap(({ topic, message }) => (topic === commandLogTopic ? [message.id] : [])));
    expect(given.filter(({ message }) => !handled.has(message.id))).toEqual([]);
    console.log(
      `${all.length} processes, ${processesAtOnce} at a time, ${changes.join(', ')}: ${run.length} messages, ${handled.size} commands, ` +
        `lost ${findings.lost.length}, doubled ${findings.doubled.length}, given again and recognised ${findings.repeated}`,
    );
  }, 1_800_000);
});
