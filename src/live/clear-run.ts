import { setTimeout } from 'node:timers/promises';
import { CqshopError } from '../errors.ts';
import type { KafkaClient } from '../messaging/kafka/connect-kafka.ts';
import { deleteRunTopics, withAdmin } from '../messaging/kafka/run-topics.ts';
import { services } from '../services/registry.ts';
import { runTopics } from '../simulation/shop-run.ts';
import { ControlRoom, peekControl } from './control.ts';
import { groupIdOf } from './replica.ts';

/** A killed member is given up after its session timeout; one that is told to end needs a moment. */
const groupsWaitMs = 20_000;

/**
 * Deletes what a run under this prefix left, virtual or live. A live run that was killed is ended first, so that services that
 * still work for it end as after any run.
 *
 * @throws LOCKED when services go on all the same, BROKER_UNREACHABLE, BROKER_REFUSED
 */
export async function clearRun(client: KafkaClient, topicPrefix: string, signal?: AbortSignal): Promise<void> {
  const state = await peekControl(client, topicPrefix);
  if (state !== undefined) {
    if (!state.hasEnded) await endRun(client, topicPrefix);
    await forgetGroups(client, topicPrefix, signal);
  }
  await deleteRunTopics(client, { topics: runTopics, topicPrefix });
}

/**
 * Deletes the consumer groups of a run's services: their offsets would hide the messages of the next run under this prefix.
 *
 * @throws LOCKED when a group has members and does not lose them
 */
export async function forgetGroups(client: KafkaClient, topicPrefix: string, signal?: AbortSignal): Promise<void> {
  await withAdmin(client, 'prepare a run on', async admin => {
    for (let waitedMs = 0; ; waitedMs += 250) {
      const known = new Set((await admin.listGroups()).groups.map(({ groupId }) => groupId));
      const own = services.filter(({ name }) => known.has(groupIdOf(name, topicPrefix)));
      if (own.length === 0) return;
      const { groups } = await admin.describeGroups(own.map(({ name }) => groupIdOf(name, topicPrefix)));
      const empty = groups.filter(({ members }) => members.length === 0).map(({ groupId }) => groupId);
      if (empty.length > 0) await admin.deleteGroups(empty);
      if (empty.length === own.length) return;
      if (waitedMs >= groupsWaitMs) throw inUse(client, topicPrefix, own.length - empty.length);
      await setTimeout(250, undefined, { signal });
    }
  });
}

async function endRun(client: KafkaClient, topicPrefix: string): Promise<void> {
  const control = await ControlRoom.open(client, topicPrefix);
  try {
    await control.publish('RunEnded', {});
  } finally {
    await control.close();
  }
}

function inUse(client: KafkaClient, topicPrefix: string, count: number): CqshopError {
  return new CqshopError(
    'LOCKED',
    `Cannot begin a run on ${client.url}: ${count === 1 ? 'a service is' : `${count} services are`} still at work for another one under the prefix "${topicPrefix}", expected every cqshop serve of it to have ended, and a killed one's --session-timeout to have passed; another --topic-prefix keeps runs apart`,
  );
}
