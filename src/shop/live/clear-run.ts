import { setTimeout } from 'node:timers/promises';
import { type CqshopError, cannot } from '../../base/errors.ts';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { protocolErrorOf } from '../../broker/kafka/kafka-failure.ts';
import type { KafkaAdmin } from '../../broker/kafka/library/kafkajs.ts';
import { deleteRunTopics, withAdmin } from '../../broker/kafka/run-topics.ts';
import type { Topics } from '../../broker/topics.ts';
import { services } from '../services/registry.ts';
import { runTopicNames } from '../simulation/virtual-shop.ts';
import { ControlTopic, peekControl } from './control-topic.ts';
import { groupIdOf } from './replica.ts';

/** A killed member leaves its group after the session timeout. A member that ends in an orderly way needs a moment. [ms] */
const groupsWaitMs = 20_000;

/** Answers of a coordinator that has just started or is about to, or of a group that a member has just joined. kafkajs's admin client does not retry them. */
const beginning =
  /^(NOT_COORDINATOR_FOR_GROUP|GROUP_LOAD_IN_PROGRESS|GROUP_COORDINATOR_NOT_AVAILABLE|NON_EMPTY_GROUP)$/;

/**
 * Deletes what a virtual or live run under this prefix has left. It first ends a live run that was killed, so that services that
 * still work for it end as after any run.
 *
 * @throws LOCKED when services continue to work for it, BROKER_UNREACHABLE, BROKER_REFUSED
 */
export async function clearRun(client: KafkaClient, signal?: AbortSignal): Promise<void> {
  const state = await peekControl(client, signal);
  if (state !== undefined) {
    if (!state.hasEnded) await endRun(client);
    await forgetGroups(client, signal);
  }
  await deleteRunTopics(client, runTopicNames);
}

/**
 * Deletes the consumer groups of a run's services: their offsets would hide the messages of the next run under this prefix.
 *
 * @throws LOCKED when a group keeps its members
 */
export async function forgetGroups(client: KafkaClient, signal?: AbortSignal): Promise<void> {
  await withAdmin(client, 'prepare a run on', async admin => {
    for (let waitedMs = 0; ; waitedMs += 250) {
      try {
        const left = await deleteEmptyGroups(admin, client.topics);
        if (left === 0) return;
        if (waitedMs >= groupsWaitMs) throw inUse(client, left);
      } catch (error) {
        if (!beginning.test(protocolErrorOf(error)) || waitedMs >= groupsWaitMs) throw error;
      }
      await setTimeout(250, undefined, { signal });
    }
  });
}

/** @returns the number of groups with members */
async function deleteEmptyGroups(admin: KafkaAdmin, topics: Topics): Promise<number> {
  const known = new Set((await admin.listGroups()).groups.map(({ groupId }) => groupId));
  const own = services.map(({ name }) => groupIdOf(name, topics)).filter(groupId => known.has(groupId));
  if (own.length === 0) return 0;
  const { groups } = await admin.describeGroups(own);
  const empty = groups.filter(({ members }) => members.length === 0).map(({ groupId }) => groupId);
  if (empty.length > 0) await admin.deleteGroups(empty);
  return own.length - empty.length;
}

async function endRun(client: KafkaClient): Promise<void> {
  const control = await ControlTopic.open(client);
  try {
    await control.publish('RunEnded', {});
  } finally {
    await control.close();
  }
}

function inUse({ url, topics }: KafkaClient, count: number): CqshopError {
  return cannot('LOCKED', `begin a run on ${url}`)(
    `${count === 1 ? 'a service is' : `${count} services are`} still working for another run under the prefix "${topics.prefix}"`,
    'every cqshop serve of that run to have ended and, if one was killed, its --session-timeout to have passed; another --topic-prefix keeps runs apart',
  );
}
