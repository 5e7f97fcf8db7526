import { sum } from '../../base/sum.ts';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { GroupMember } from '../../broker/kafka/group/group-member.ts';
import { Producer } from '../../broker/kafka/producer.ts';
import { wallMs } from '../../broker/kafka/wall-clock.ts';
import type { MessagePlace } from '../../broker/message.ts';
import { type MessageIds, messageIds } from '../../broker/message-id.ts';
import { commandTopic, eventTopic, type Topics } from '../../broker/topics.ts';
import { serviceOfEvent } from '../services/registry.ts';
import type { Service } from '../services/service.ts';
import type { Control, ControlState, ControlTopic } from './control-topic.ts';
import { virtualMs, wallDelayMs } from './live-clock.ts';
import { PartitionBuffer } from './partition-buffer.ts';
import { PartitionProcessor, type Publications } from './partition-processor.ts';
import type { StrayRecords } from './stray-records.ts';

export type ReplicaOptions = {
  readonly client: KafkaClient;
  readonly control: ControlTopic;
  /** Heartbeat timeout before other replicas take over [ms of the wall clock]. */
  readonly sessionTimeoutMs: number;
  readonly strays: StrayRecords;
};

/** What a replica needs to know of the run that it works for. */
export type Run = Control<'RunOpened'>;

type Owned = {
  readonly processor: PartitionProcessor;
  /** Next offset to handle, by topic (with prefix). */
  readonly taken: Map<string, number>;
  /** Like `taken`, but only as far as everything that follows is published. */
  readonly published: Map<string, number>;
};

const commitEveryMs = 1000;
const messagesPerStep = 400;

/** The name of a service's consumer group. */
export function groupIdOf(service: string, topics: Topics): string {
  return `cqshop-${topics.prefix}${service}`;
}

/** The topics of the events that a service reads, except its own. */
export function heardTopics({ name, reactions }: Service): readonly string[] {
  const owners = new Set(Object.keys(reactions).map(serviceOfEvent));
  return [...owners].filter(owner => owner !== name).map(eventTopic);
}

/**
 * One process's part of a service: a member of its consumer group that handles the messages of its partitions.
 *
 * In each step it publishes the events and the commands to its own service, then the rows of the command log, and commits offsets last.
 * After a crash, the ids show which part of a step was published when the partition is rebuilt. See docs/design.md.
 */
export class Replica {
  readonly #service: Service;
  readonly #options: ReplicaOptions;
  readonly #ids: MessageIds;
  readonly #run: Run;
  readonly #member: GroupMember;
  readonly #buffer: PartitionBuffer;
  readonly #inbox: string;
  readonly #eventTopics: readonly string[];
  readonly #owned = new Map<number, Owned>();
  readonly #failure = new AbortController();
  #events: Producer | undefined;
  #log: Producer | undefined;
  #stoppedWhenReading = '';
  #isWorking = false;
  #hasWorked = false;
  #step: Promise<void> = Promise.resolve();
  #logging: Promise<void> = Promise.resolve();
  #committing: Promise<void> = Promise.resolve();
  #transition: Promise<void> = Promise.resolve();
  /** Aborts the rebuilding of partitions. */
  #rebuilding = new AbortController();
  #wake: () => void = () => undefined;
  #lastCommitMs = 0;
  #repeatedBefore = 0;

  constructor(service: Service, options: ReplicaOptions, run: Run) {
    const { client, sessionTimeoutMs, strays } = options;
    this.#service = service;
    this.#options = options;
    this.#ids = messageIds(run.seed);
    this.#run = run;
    this.#inbox = client.topics.full(commandTopic(service.name));
    this.#eventTopics = heardTopics(service).map(topic => client.topics.full(topic));
    this.#buffer = new PartitionBuffer(
      client,
      { strays, partitions: run.partitions },
      {
        isWanted: (topic, { type }) => topic === this.#inbox || type in service.reactions,
        onArrival: () => this.#wake(),
        onFailure: error => this.#fail(error),
      },
    );
    this.#member = new GroupMember(client, {
      groupId: groupIdOf(service.name, client.topics),
      topics: [this.#inbox, ...this.#eventTopics],
      partitions: run.partitions,
      sessionTimeoutMs,
      onAssigned: (partitions, isUnbroken) => {
        this.#rebuilding = new AbortController();
        const signal = AbortSignal.any([this.#rebuilding.signal, this.#failure.signal]);
        void this.#then(async () => {
          this.#keep(isUnbroken ? partitions : []);
          await this.#assign(partitions, signal);
        });
      },
      onSuspend: async () => {
        // Rebuilding may take longer than the group waits.
        this.#rebuilding.abort();
        await this.#then(() => this.#suspend());
        // After a failure nothing was suspended. But other members begin when this one leaves, and would not see what is still being sent.
        await this.#answered();
      },
    });
  }

  /** Whether it has ever had partitions and rebuilt them. */
  get hasWorked(): boolean {
    return this.#hasWorked;
  }

  /** Number of commands that came again and were recognised. */
  get repeated(): number {
    return this.#repeatedBefore + sum([...this.#owned.values()], ({ processor }) => processor.repeated);
  }

  /**
   * Works until the run's end or the signal, then completes the current step and leaves the group.
   *
   * @throws the error that made it impossible to continue; no message is lost, and another replica may take over
   */
  async run(signal: AbortSignal): Promise<void> {
    const { client, control } = this.#options;
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal, this.#failure.signal]);
    const unlisten = control.listen(() => this.#onControl(control.state));
    const permission = () => this.#member.mayPublish;
    let membership: Promise<void> = Promise.resolve();
    try {
      // No repeats: rebuilding a partition finds out what the broker had stored without answering.
      this.#events = await Producer.open(client, { permission, repeats: false });
      this.#log = await Producer.open(client, { permission, repeats: false });
      membership = this.#member.run(stop).catch(error => {
        // Once it has worked, it does not matter at the end that it could not join again.
        if (error !== stop.reason && !(over.signal.aborted && this.#hasWorked)) this.#fail(error);
      });
      await this.#work(stop);
      if (!stop.aborted) {
        await this.#then(() => this.#suspend());
        const partitions = [...this.#owned.keys()];
        const { repeated } = this;
        await control.publish('PartitionsFinished', { service: this.#service.name, partitions, repeated });
      }
    } finally {
      over.abort();
      await membership;
      unlisten();
      // A change that is under way would start to read again, and would not be stopped.
      await this.#transition;
      await this.#buffer.stop();
      await this.#answered();
      await this.#events?.close();
      await this.#log?.close();
    }
    if (this.#failure.signal.aborted) throw this.#failure.signal.reason;
  }

  /** Handles steps until the end of the run or the signal. */
  async #work(stop: AbortSignal): Promise<void> {
    const { control } = this.#options;
    while (!stop.aborted) {
      const { clock, hasEnded } = control.state;
      if (hasEnded) return;
      const nowMs = clock === undefined ? 0 : virtualMs(clock);
      if (nowMs >= this.#run.endMs) return;
      if (clock !== undefined && this.#isWorking && this.#hasWork(nowMs)) {
        this.#step = this.#handle(nowMs);
        await this.#step.catch(error => this.#fail(error));
        continue;
      }
      const dueMs = this.#isWorking ? Math.min(this.#nextDueMs(), this.#run.endMs) : this.#run.endMs;
      await this.#sleep(clock === undefined ? 1000 : Math.min(1000, wallDelayMs(clock, dueMs)), stop);
      this.#commitIfDue();
    }
  }

  #hasWork(nowMs: number): boolean {
    return !this.#buffer.isEmpty || this.#nextDueMs() <= nowMs;
  }

  #nextDueMs(): number {
    return Math.min(...[...this.#running()].map(({ processor }) => processor.nextDueMs));
  }

  async #handle(nowMs: number): Promise<void> {
    const publish: Publications = { messages: [], log: [] };
    const touched = new Set<Owned>();
    for (const { topic, partition, offset, message } of this.#buffer.take(messagesPerStep)) {
      const owned = this.#owned.get(partition);
      if (owned === undefined) continue;
      touched.add(owned);
      owned.taken.set(topic, offset + 1);
      if (topic === this.#inbox) owned.processor.take(message, nowMs, publish);
      else owned.processor.react(message, nowMs, publish);
    }
    for (const { processor } of this.#running()) processor.fire(nowMs, publish);
    if (publish.messages.length > 0) await this.#events?.send(publish.messages);
    const positions = [...touched].map(owned => ({ owned, taken: new Map(owned.taken) }));
    this.#logging = this.#logging.then(async () => {
      if (publish.log.length > 0) await this.#log?.send(publish.log);
      for (const { owned, taken } of positions) for (const [topic, next] of taken) owned.published.set(topic, next);
    });
    this.#logging.catch(error => this.#fail(error));
    this.#commitIfDue();
  }

  /** Not awaited: messages whose offset is not committed are read again and recognised. */
  #commitIfDue(): void {
    if (!this.#isWorking || wallMs() - this.#lastCommitMs < commitEveryMs) return;
    this.#lastCommitMs = wallMs();
    this.#committing = this.#committing.then(() => this.#member.commit(this.#positions()));
    this.#committing.catch(error => this.#fail(error));
  }

  #positions(): readonly MessagePlace[] {
    return [...this.#owned].flatMap(([partition, { published }]) =>
      [...published].map(([topic, offset]) => ({ topic, partition, offset })),
    );
  }

  /** Forgets all partitions but these. */
  #keep(partitions: readonly number[]): void {
    for (const [partition, { processor }] of this.#owned) {
      if (partitions.includes(partition)) continue;
      this.#repeatedBefore += processor.repeated;
      this.#owned.delete(partition);
    }
  }

  /** Takes over partitions. It keeps those that it has, and rebuilds the others. */
  async #assign(partitions: readonly number[], signal: AbortSignal): Promise<void> {
    try {
      for (const partition of partitions) {
        if (!this.#owned.has(partition)) this.#owned.set(partition, await this.#rebuild(partition, signal));
      }
    } catch (error) {
      // The next owner of the partition rebuilds it.
      if (!signal.aborted) throw error;
    }
    if (signal.aborted) return;
    this.#isWorking = true;
    this.#hasWorked = true;
    this.#read();
    const share = { service: this.#service.name, partitions: [...partitions] };
    await this.#options.control.publish('PartitionsTaken', share);
    this.#wake();
  }

  async #rebuild(partition: number, signal: AbortSignal): Promise<Owned> {
    const { client, strays } = this.#options;
    const late: Publications = { messages: [], log: [] };
    const share = { service: this.#service, partition, partitions: this.#run.partitions, ids: this.#ids };
    const processor = await PartitionProcessor.rebuild({ client, strays, signal }, share, late);
    if (late.log.length > 0) await this.#log?.send(late.log);
    const begun = await this.#member.positions([this.#inbox, ...this.#eventTopics], partition);
    const next = begun.map(({ topic, offset }) => [topic, offset] as const);
    return { processor, taken: new Map(next), published: new Map(next) };
  }

  /** Completes the current step, and commits it. */
  async #suspend(): Promise<void> {
    this.#isWorking = false;
    await this.#buffer.stop();
    await this.#answered();
    await this.#committing.catch(() => undefined);
    if (!this.#failure.signal.aborted) await this.#member.commit(this.#positions());
  }

  /** Waits until everything that it has sent is stored or has failed. */
  async #answered(): Promise<void> {
    await this.#step.catch(() => undefined);
    await this.#logging.catch(() => undefined);
  }

  /** An outage that starts or ends changes which partitions are read. */
  #onControl(state: ControlState): void {
    const stopped = this.#stoppedKey(state);
    if (this.#isWorking && stopped !== this.#stoppedWhenReading) void this.#then(() => this.#readAgain());
    this.#wake();
  }

  async #readAgain(): Promise<void> {
    if (!this.#isWorking) return;
    await this.#buffer.stop();
    this.#read();
  }

  #read(): void {
    this.#stoppedWhenReading = this.#stoppedKey(this.#options.control.state);
    this.#buffer.start(
      [...this.#running()].flatMap(({ processor: { partition }, taken }) =>
        [...taken].map(([topic, from]) => ({ topic, partition, from })),
      ),
    );
  }

  /** The partitions that no outage has stopped. */
  *#running(): Iterable<Owned> {
    const stopped = this.#options.control.state.stopped.get(this.#service.name);
    for (const [partition, owned] of this.#owned) if (stopped?.has(partition) !== true) yield owned;
  }

  #stoppedKey(state: ControlState): string {
    return [...(state.stopped.get(this.#service.name) ?? [])].sort().join();
  }

  /** Makes one change of the partitions that it owns and reads after the other. */
  #then(change: () => Promise<void>): Promise<void> {
    this.#transition = this.#transition.then(async () => {
      if (!this.#failure.signal.aborted) await change().catch(error => this.#fail(error));
    });
    return this.#transition;
  }

  #fail(error: unknown): void {
    this.#failure.abort(error);
    this.#isWorking = false;
    this.#wake();
  }

  #sleep(ms: number, stop: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(wake, ms);
      function wake() {
        clearTimeout(timer);
        stop.removeEventListener('abort', wake);
        resolve();
      }
      this.#wake = wake;
      stop.addEventListener('abort', wake, { once: true });
      const canWork = this.#isWorking && this.#options.control.state.clock !== undefined;
      if (stop.aborted || (canWork && !this.#buffer.isEmpty)) wake();
    });
  }
}
