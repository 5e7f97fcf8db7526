import { setTimeout } from 'node:timers/promises';
import { CqshopError, reasonOf } from '../../base/errors.ts';
import { sum } from '../../base/sum.ts';
import { lookEveryMs } from '../../base/time.ts';
import type { KafkaClient } from '../../broker/kafka/connect-kafka.ts';
import { unlessGivenUp } from '../../broker/kafka/given-up.ts';
import { LostMembership } from '../../broker/kafka/group/group-member.ts';
import type { Findings } from '../../broker/message-source.ts';
import type { Service } from '../services/service.ts';
import { type ControlState, ControlTopic, peekControl } from './control-topic.ts';
import { virtualMs } from './live-clock.ts';
import { Replica, type ReplicaOptions, type Run } from './replica.ts';
import { StrayRecords } from './stray-records.ts';

export type ServeOptions = Omit<ReplicaOptions, 'control' | 'strays'> & {
  readonly services: readonly Service[];
  readonly signal: AbortSignal;
  /** Receives notes for the user: waiting for a run, a replica restarts. */
  readonly onNote: (text: string) => void;
};

export type Served = {
  /** Number of commands that came again, and were recognised, in this process. */
  readonly repeated: number;
  /** Number of restarts of a replica, after the broker was unavailable or the group had removed it. */
  readonly restarts: number;
  /** Records in the topics of the run that are none of its messages, by cause. */
  readonly unreadable?: Findings | undefined;
};

/** Number of failed starts in a row before a replica gives up. */
const failedStartsAtMost = 2;

/** Waits for a run under the prefix and serves it to its end. @throws BROKER_UNREACHABLE, BROKER_REFUSED, the signal's reason */
export async function serve(options: ServeOptions): Promise<Served> {
  const { client, signal, onNote } = options;
  await awaitRun({ client, signal, onNote });
  const strays = new StrayRecords(onNote);
  const control = await ControlTopic.open(client, strays, signal);
  try {
    const { opened } = await control.until(state => state.opened !== undefined, signal);
    if (opened === undefined) throw new TypeError('no run');
    onNote(`serving ${options.services.map(({ name }) => name).join(', ')}`);
    const served = await serveRun(control, opened, { ...options, strays });
    return { ...served, unreadable: strays.findings };
  } finally {
    await control.close();
  }
}

/** Runs one replica of each service in this process, until the end of the run or the signal. Restarts a replica that has failed. */
export async function serveRun(
  control: ControlTopic,
  run: Run,
  options: ServeOptions & Pick<ReplicaOptions, 'strays'>,
): Promise<Served> {
  const { services, signal, sessionTimeoutMs } = options;
  // A replica that cannot continue ends the others too.
  const broken = new AbortController();
  const stop = AbortSignal.any([signal, broken.signal, control.broken]);
  const serving = services.map(service =>
    keepServing(service, control, run, { ...options, signal: stop }).catch(error => {
      broken.abort(error);
      return { repeated: 0, restarts: 0 };
    }),
  );
  // After that time their groups have removed those that the broker does not answer, as if they had been killed.
  const served = await unlessGivenUp(Promise.all(serving), signal, sessionTimeoutMs);
  if (broken.signal.aborted) throw broken.signal.reason;
  stop.throwIfAborted();
  return { repeated: sum(served, one => one.repeated), restarts: sum(served, one => one.restarts) };
}

async function keepServing(
  service: Service,
  control: ControlTopic,
  run: Run,
  options: ServeOptions & Pick<ReplicaOptions, 'strays'>,
): Promise<Served> {
  const { signal, onNote } = options;
  let served: Served = { repeated: 0, restarts: 0 };
  let failedStarts = 0;
  let hasWorked = false;
  for (;;) {
    const replica = new Replica(service, { ...options, control }, run);
    try {
      await replica.run(signal);
      return { ...served, repeated: served.repeated + replica.repeated };
    } catch (error) {
      served = { repeated: served.repeated + replica.repeated, restarts: served.restarts + 1 };
      if (signal.aborted) return served;
      // A group accepts a member that it had removed. On a busy machine, or while brokers restart, that may happen several times in a row.
      const hasJoined = replica.hasWorked || error instanceof LostMembership;
      hasWorked ||= hasJoined;
      failedStarts = hasJoined ? 0 : failedStarts + 1;
      const isTooLate = !hasWorked && !isUnderWay(control.state);
      if (!mayPass(error) || failedStarts > failedStartsAtMost || isTooLate) throw error;
      onNote(`${service.name} restarts: ${reasonOf(error)}`);
      await setTimeout(lookEveryMs);
    }
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof LostMembership) return true;
  return error instanceof CqshopError && error.code === 'BROKER_UNREACHABLE';
}

/** A run whose command was killed has no RunEnded. After its last virtual moment it counts as ended. */
function isUnderWay({ opened, clock, hasEnded }: ControlState): boolean {
  return opened !== undefined && !hasEnded && (clock === undefined || virtualMs(clock) < opened.endMs);
}

async function awaitRun({ client, signal, onNote }: Pick<ServeOptions, 'client' | 'signal' | 'onNote'>): Promise<void> {
  for (let attempts = 0; ; attempts++) {
    signal.throwIfAborted();
    const state = await peekControl(client, signal).catch(unlessRecreated);
    if (state !== undefined && isUnderWay(state)) return;
    if (attempts === 0) onNote(`waiting for a run${visibleTo(client)}: cqshop simulate SCENARIO --live --external`);
    await setTimeout(lookEveryMs, undefined, { signal });
  }
}

/** A topic without the right to see it looks like one that is not there. */
function visibleTo({ connection: { sasl } }: KafkaClient): string {
  return sasl === undefined ? '' : ` that user ${sasl.username} may see`;
}

/** `simulate --overwrite` may be deleting and recreating the topics at this moment. Then there is no run yet. */
function unlessRecreated(error: unknown): undefined {
  if (!(error instanceof CqshopError && error.code === 'MESSAGES_LOST')) throw error;
}
