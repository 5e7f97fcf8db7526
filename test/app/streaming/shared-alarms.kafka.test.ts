import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SharedAlarms } from '../../../src/app/streaming/shared-alarms.ts';
import { detectionTopic } from '../../../src/broker/topics.ts';
import { alarmEvents } from '../../support/alarm-events.ts';
import { connectShared, describeKafka, sharedConnection } from '../../support/kafka/broker.ts';
import { readRun } from '../../support/live/audit.ts';

const topicPrefix = 'shared-';
const { signal } = new AbortController();

async function published(): Promise<readonly string[]> {
  const run = await readRun(sharedConnection, topicPrefix, topic => topic === detectionTopic);
  return run.map(({ message }) => message.id).sort();
}

/** Lets the members publish what is theirs, until so many events are there. */
async function untilPublished(members: readonly SharedAlarms[], count: number): Promise<void> {
  for (;;) {
    for (const member of members) await member.publish([]);
    if ((await published()).length >= count) return;
    await setTimeout(100);
  }
}

describeKafka('followers of one group', () => {
  test('publish each alarm once between them, also when one leaves', async () => {
    const client = await connectShared(topicPrefix);
    const follower = () =>
      new SharedAlarms(client, { groupId: 'cqshop-shared-detect', sessionTimeoutMs: 20_000 }, signal);
    const [first, second, third] = [follower(), follower(), follower()];
    const found = alarmEvents(60);
    const ids = found.map(({ id }) => id).sort();
    // Nothing is published before it is a member.
    expect(await first.publish(found.slice(0, 20))).toEqual([]);
    first.join();
    await untilPublished([first], 20);
    second.join();
    third.join();
    // All find the same, as they read the same; the first has published some of it.
    for (const member of [first, second, third]) await member.publish(member === first ? found.slice(20) : found);
    await untilPublished([first, second, third], 60);
    expect(await published()).toEqual(ids);

    // What it had not published comes from the others.
    await second.close();
    const more = alarmEvents(90).slice(60);
    await first.publish(more);
    await third.publish(more);
    await untilPublished([first, third], 90);
    expect(await published()).toEqual(
      alarmEvents(90)
        .map(({ id }) => id)
        .sort(),
    );
    await first.close();
    await third.close();
  });
});
