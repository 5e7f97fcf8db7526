import { setTimeout } from 'node:timers/promises';
import { type CqshopError, cannot } from '../../../base/errors.ts';
import type { MessagePlace } from '../../message.ts';
import type { KafkaClient } from '../connect-kafka.ts';
import { kafkaFailure, protocolErrorOf } from '../kafka-failure.ts';
import { type BrokerCluster, byTopic, type GroupCoordinator, type Membership } from '../library/broker-cluster.ts';
import type { Permission } from '../producer.ts';
import { type Moment, moment, msSince, wallMs } from '../wall-clock.ts';
import { dealPartitions, partitionsIn, sharingByPartition } from './group-encoding.ts';

/** What of a client a member uses. */
type Client = Pick<KafkaClient, 'cluster' | 'connection' | 'url'>;

export type GroupMemberOptions = {
  readonly groupId: string;
  /** With prefix; each has the same number of partitions. */
  readonly topics: readonly string[];
  readonly partitions: number;
  /** Heartbeat timeout before a member is considered dead [ms]. */
  readonly sessionTimeoutMs: number;
  /**
   * This member now has these partitions of every topic. If the assignment is unbroken, it has kept all partitions that it had before
   * and has again. Otherwise another member may have had them in between.
   */
  readonly onAssigned: (partitions: readonly number[], isUnbroken: boolean) => void;
  /** The group is about to redistribute partitions: complete and commit the current step. */
  readonly onSuspend: () => Promise<void>;
};

/** How long the coordinator may be unavailable [ms]. */
const troubleMs = 60_000;

/** Errors that waiting does not cure. */
const hopeless = /^(INVALID_\w+|INCONSISTENT_GROUP_PROTOCOL|GROUP_MAX_SIZE_REACHED|\w+_AUTHORIZATION_FAILED)$/;

/**
 * A member of a consumer group by Kafka's classic protocol. kafkajs's consumer joins again without waiting for what is under way, so
 * that a partition could have two owners for a moment; here the old owner finishes first. Partition p of every topic goes to one member.
 */
export class GroupMember {
  readonly #client: Client;
  readonly #cluster: BrokerCluster;
  readonly #options: GroupMemberOptions;
  #coordinator: GroupCoordinator | undefined;
  #memberId = '';
  #generation = -1;
  /** The generation in which it last got partitions. */
  #assigned = -1;
  /** When the request was sent that the group has answered last; its own timeout starts no earlier. */
  #answered: Moment | undefined;
  #hasEnded = false;
  #troubleSinceMs: number | undefined;

  constructor(client: Client, options: GroupMemberOptions) {
    this.#client = client;
    this.#cluster = client.cluster();
    this.#options = options;
  }

  /** 'wait' while the group may consider this member dead, until the next heartbeat shows it; 'no' when the group has removed it. */
  get mayPublish(): Permission {
    if (this.#hasEnded) return 'no';
    const isAlive = this.#answered !== undefined && msSince(this.#answered) < this.#options.sessionTimeoutMs;
    return isAlive ? 'yes' : 'wait';
  }

  /**
   * Stays in the group until the signal is aborted, and leaves it then.
   *
   * @throws LostMembership when the group has given this member up; what had kept it from joining until the signal, or the signal's reason
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#cluster.connect();
      while (!signal.aborted) {
        await this.#join(signal);
        await this.#beat(signal);
        await this.#suspend();
      }
    } catch (error) {
      throw this.#failureOf(error);
    } finally {
      this.#hasEnded = true;
      await this.#leave();
      await this.#cluster.disconnect().catch(() => undefined);
    }
  }

  /** Where the group stands: the offset of the next message; 0 where it has not begun. @throws BROKER_UNREACHABLE, BROKER_REFUSED */
  async positions(topics: readonly string[], partition: number): Promise<readonly MessagePlace[]> {
    const { groupId } = this.#options;
    const beganMs = wallMs();
    for (;;) {
      try {
        const coordinator = await this.#find();
        const { responses } = await coordinator.offsetFetch({
          groupId,
          topics: topics.map(topic => ({ topic, partitions: [{ partition }] })),
        });
        return responses.flatMap(({ topic, partitions }) =>
          partitions.map(({ offset }) => ({ topic, partition, offset: Math.max(0, Number(offset)) })),
        );
      } catch (error) {
        if (!this.#hasEnded) await this.#recover(error, beganMs);
        if (this.#hasEnded) throw this.#failureOf(error);
      }
    }
  }

  /** Commits positions, as a member. A failure of the broker is ignored: what is not committed will be read again and recognised. */
  async commit(positions: readonly MessagePlace[]): Promise<void> {
    if (positions.length === 0) return;
    const topics = byTopic(positions, ({ partition, offset }) => ({ partition, offset: String(offset) }));
    try {
      const coordinator = await this.#find();
      await coordinator.offsetCommit({ ...this.#membership(), topics });
    } catch (error) {
      if (this.#failureOf(error) === error) throw error;
    }
  }

  /** Asks until the group has given it partitions. */
  async #join(signal: AbortSignal): Promise<void> {
    let failure: unknown;
    for (;;) {
      if (signal.aborted) throw failure ?? signal.reason;
      try {
        await this.#joinOnce();
        return;
      } catch (error) {
        if (isLost(error)) {
          this.#memberId = '';
          if (this.#generation >= 0) throw new LostMembership();
        }
        failure = error;
        await this.#recoverFromTrouble(error);
      }
    }
  }

  async #joinOnce(): Promise<void> {
    const { groupId, topics, partitions } = this.#options;
    const coordinator = await this.#find();
    const asked = moment();
    const { generationId, memberId, isLeader, memberIds } = await this.#enter(coordinator);
    // The leader assigns partitions to all members.
    const groupAssignment = isLeader ? dealPartitions(memberIds, topics, partitions) : [];
    const synced = await coordinator.syncGroup({ groupId, generationId, memberId, groupAssignment });
    const own = partitionsIn(synced.memberAssignment, topics);
    this.#noteAnswer(asked);
    this.#take(own, generationId);
  }

  /** Becomes a member of the group's next generation, once all other members have asked for it too. */
  async #enter(coordinator: GroupCoordinator) {
    const { groupId, topics, sessionTimeoutMs } = this.#options;
    const { generationId, leaderId, memberId, members } = await coordinator.joinGroup({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs * 2,
      memberId: this.#memberId,
      groupProtocols: sharingByPartition(topics),
    });
    this.#memberId = memberId;
    this.#generation = generationId;
    return { generationId, memberId, isLeader: leaderId === memberId, memberIds: members.map(one => one.memberId) };
  }

  #take(partitions: readonly number[], generationId: number): void {
    // A failure after joining may have lost it a whole generation, in which others got partitions and worked.
    const isUnbroken = this.#assigned >= 0 && generationId <= this.#assigned + 1;
    this.#assigned = generationId;
    this.#options.onAssigned(partitions, isUnbroken);
  }

  /** Until the group redistributes its partitions. */
  async #beat(signal: AbortSignal): Promise<void> {
    const { sessionTimeoutMs } = this.#options;
    for (;;) {
      await setTimeout(sessionTimeoutMs / 6, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const asked = moment();
      try {
        const coordinator = await this.#find();
        await coordinator.heartbeat(this.#membership());
        this.#noteAnswer(asked);
      } catch (error) {
        if (protocolErrorOf(error) === 'REBALANCE_IN_PROGRESS') {
          this.#answered = asked;
          return;
        }
        if (isLost(error)) throw new LostMembership();
        await this.#recoverFromTrouble(error);
      }
    }
  }

  /** The current step may need the broker. Without a heartbeat it has only the session timeout to complete. */
  async #suspend(): Promise<void> {
    let isDone = false;
    const suspended = this.#options.onSuspend().finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await Promise.race([suspended, setTimeout(50)]);
      if (!isDone && this.mayPublish === 'wait') {
        suspended.catch(() => undefined);
        // Does not leave: others would begin at once, while messages may still be on their way. The group removes this member after the timeout.
        this.#memberId = '';
        throw new LostMembership();
      }
    }
  }

  async #leave(): Promise<void> {
    if (this.#memberId === '') return;
    const { groupId } = this.#options;
    await this.#coordinator?.leaveGroup({ groupId, memberId: this.#memberId }).catch(() => undefined);
  }

  async #find(): Promise<GroupCoordinator> {
    this.#coordinator ??= await this.#cluster.findGroupCoordinator({ groupId: this.#options.groupId });
    return this.#coordinator;
  }

  #noteAnswer(asked: Moment): void {
    this.#answered = asked;
    this.#troubleSinceMs = undefined;
  }

  async #recoverFromTrouble(error: unknown): Promise<void> {
    this.#troubleSinceMs ??= wallMs();
    await this.#recover(error, this.#troubleSinceMs);
  }

  /** After a failure that may pass: another coordinator, a broker that restarts. */
  async #recover(error: unknown, sinceMs: number): Promise<void> {
    const type = protocolErrorOf(error);
    if (hopeless.test(type)) throw this.#refused(type, error);
    const failure = this.#failureOf(error);
    if (failure === error || wallMs() - sinceMs > troubleMs) throw failure;
    this.#coordinator = undefined;
    if (error instanceof Error && 'host' in error && 'port' in error) {
      this.#cluster.removeBroker({ host: String(error.host), port: Number(error.port) });
    }
    await setTimeout(200);
    // After the end, nothing would close the connection.
    if (this.#hasEnded) return;
    await this.#cluster.connect().catch(() => undefined);
    await this.#cluster.refreshMetadata().catch(() => undefined);
  }

  #refused(type: string, cause: unknown): CqshopError {
    const { groupId, sessionTimeoutMs } = this.#options;
    const expected =
      type === 'INVALID_SESSION_TIMEOUT'
        ? `a --session-timeout other than ${sessionTimeoutMs}, within its group.min.session.timeout.ms and group.max.session.timeout.ms`
        : 'a group of cqshop that this user may join';
    return cannot('BROKER_REFUSED', `join group ${groupId} of ${this.#client.url}`)(
      `it does not allow that (${type})`,
      expected,
      cause,
    );
  }

  /** An error that is no failure of the client stays as it is. */
  #failureOf(error: unknown): unknown {
    return kafkaFailure('be a member of a group of', this.#client.connection, error);
  }

  #membership(): Membership {
    return { groupId: this.#options.groupId, groupGenerationId: this.#generation, memberId: this.#memberId };
  }
}

/** The group has removed a member: another one may have its partitions. */
export class LostMembership extends Error {
  constructor() {
    super('the group has removed this member');
    this.name = 'LostMembership';
  }
}

function isLost(error: unknown): boolean {
  return ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'].includes(protocolErrorOf(error));
}
