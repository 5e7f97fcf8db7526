import { setTimeout } from 'node:timers/promises';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { closed } from '../../broker/kafka/given-up.ts';
import { GroupMember, LostMembership } from '../../broker/kafka/group/group-member.ts';
import type { Permission } from '../../broker/kafka/producer.ts';
import { partitionOf } from '../../broker/partition.ts';
import { detectionTopic } from '../../broker/topics.ts';
import { entityKey } from '../../lab/features/unit-key.ts';
import type { AlarmEvent } from './alarm-feed.ts';
import { AlarmPublisher, publishedIds } from './alarm-publisher.ts';

/** How followers of one model share its alarms. */
export type Sharing = {
  /** Of the consumer group. */
  readonly groupId: string;
  /** Heartbeat timeout before other followers take over [ms of the wall clock]. */
  readonly sessionTimeoutMs: number;
};

/** Parts of the entities, which the members of a group share: more than there will be processes. */
const parts = 96;
const rejoinMs = 500;
/** With more alarm events, it looks which of them others have published. */
const waitingAtMost = 1000;

/**
 * Publishes alarm events of the entities that a consumer group has given to this process. All members read all messages, since those of a user or a
 * product lie in many partitions; so each has found what another one publishes, and publishes it if that one dies.
 */
export class SharedAlarms {
  readonly #client: KafkaClient;
  readonly #sharing: Sharing;
  readonly #giveUp: AbortSignal;
  readonly #closing = new AbortController();
  /** Found here, and not published by this process: other members have those entities, or it is no member yet. */
  #waiting: AlarmEvent[] = [];
  #waitingAtMost = waitingAtMost;
  #own: ReadonlySet<number> | undefined;
  #member: GroupMember | undefined;
  #publisher: AlarmPublisher | undefined;
  #membership: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param giveUp as of `AlarmPublisher.open` */
  constructor(client: KafkaClient, sharing: Sharing, giveUp: AbortSignal) {
    this.#client = client;
    this.#sharing = sharing;
    this.#giveUp = giveUp;
  }

  /** Number of alarm events that this process would publish if it got their entities. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** To be called once this process has found what the others have: from now on it gets entities. */
  join(): void {
    this.#membership ??= this.#beMember().catch(error => {
      this.#failure = { error };
    });
  }

  /** Takes alarm events; publishes those of its own entities, also earlier ones, and returns what was new. @throws what ended its membership */
  publish(alarmEvents: readonly AlarmEvent[]): Promise<readonly AlarmEvent[]> {
    this.#waiting.push(...alarmEvents);
    const published = this.#turn.then(() => this.#publishOwn());
    this.#turn = published.catch(() => undefined);
    return published;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    // After that time the group has removed a member that the broker does not answer.
    await closed(this.#membership ?? Promise.resolve(), this.#giveUp, this.#sharing.sessionTimeoutMs);
    await this.#turn;
    await this.#publisher?.close();
  }

  async #publishOwn(): Promise<readonly AlarmEvent[]> {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#waiting.length > this.#waitingAtMost) await this.#forgetPublished();
    const [own, member] = [this.#own, this.#member];
    const isOwn = ({ alarm: { entity } }: AlarmEvent) => own?.has(partitionOf(entityKey(entity), parts)) === true;
    const mine = this.#waiting.filter(isOwn);
    if (member === undefined || mine.length === 0) return [];
    try {
      this.#publisher ??= await AlarmPublisher.open(this.#client, this.#giveUp, () => this.#permission(member));
      const fresh = await this.#publisher.publish(mine);
      this.#waiting = this.#waiting.filter(event => !mine.includes(event));
      return fresh;
    } catch (error) {
      // Whoever gets these entities next publishes the events.
      if (this.#permission(member) === 'no') return [];
      throw error;
    }
  }

  async #forgetPublished(): Promise<void> {
    const published = await publishedIds(this.#client, this.#giveUp);
    this.#waiting = this.#waiting.filter(({ id }) => !published.has(id));
    this.#waitingAtMost = Math.max(waitingAtMost, 2 * this.#waiting.length);
  }

  /** Only while the group holds this process for alive, as the member that it was. */
  #permission(member: GroupMember): Permission {
    return member === this.#member ? member.mayPublish : 'no';
  }

  async #beMember(): Promise<void> {
    const { groupId, sessionTimeoutMs } = this.#sharing;
    const stop = AbortSignal.any([this.#closing.signal, this.#giveUp]);
    while (!stop.aborted) {
      this.#member = new GroupMember(this.#client, {
        ...{ groupId, sessionTimeoutMs, partitions: parts, topics: [this.#client.topics.full(detectionTopic)] },
        onAssigned: own => {
          this.#own = new Set(own);
        },
        onSuspend: () => this.#handOver(),
      });
      try {
        await this.#member.run(stop);
      } catch (error) {
        if (!(error instanceof LostMembership) && !stop.aborted) throw error;
      } finally {
        await this.#handOver();
      }
      await setTimeout(rejoinMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  /** Finishes what is being published. Afterwards others may publish, so that their events have to be read before the next of its own. */
  async #handOver(): Promise<void> {
    this.#own = undefined;
    await this.#turn;
    await this.#publisher?.close();
    this.#publisher = undefined;
  }
}
