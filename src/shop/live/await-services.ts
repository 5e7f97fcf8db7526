import { cannot } from '../../base/errors.ts';
import { type ControlState, type ControlTopic, withoutAll } from './control-topic.ts';
import type { Served } from './serve.ts';

type Waiting = {
  /** The services run elsewhere. */
  readonly external: boolean;
  readonly onNote: (text: string) => void;
  readonly signal: AbortSignal;
};

/** The run begins when every partition of every service has a replica. @throws SERVICES_MISSING */
export async function awaitServices(
  control: Pick<ControlTopic, 'state' | 'until'>,
  partitions: number,
  { external, onNote, signal }: Waiting,
  waitMs = 60_000,
): Promise<void> {
  const missingIn = ({ taken }: ControlState) => withoutAll(taken, partitions);
  if (external && missingIn(control.state).length > 0) onNote('waiting for the services: cqshop serve');
  const missing = await untilNone(control, missingIn, waitMs, signal);
  if (missing.length === 0) return;
  throw cannot('SERVICES_MISSING', 'begin the live run')(
    `after ${waitMs / 1000} s no process serves ${missing.join(', ')}`,
    `cqshop serve ${missing.join(' ')} with the same --broker and --topic-prefix`,
  );
}

/** Waits until all replicas have published what follows from the messages that they have taken. */
export async function awaitReplicas(
  control: ControlTopic,
  serving: Promise<Served>,
  {
    external,
    partitions,
    sessionTimeoutMs,
    onNote,
    signal,
  }: Waiting & { readonly partitions: number; readonly sessionTimeoutMs: number },
): Promise<Served> {
  if (!external) return serving;
  const silentIn = ({ finished }: ControlState) => withoutAll(finished, partitions);
  const silent = await untilNone(control, silentIn, 2 * sessionTimeoutMs, signal);
  if (silent.length > 0) onNote(`some replicas did not report that they had finished: ${silent.join(', ')}`);
  return serving;
}

/** Waits until no service is in the list, and no longer than `waitMs`. @returns those that are still in it */
async function untilNone(
  control: Pick<ControlTopic, 'state' | 'until'>,
  listIn: (state: ControlState) => readonly string[],
  waitMs: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const late = AbortSignal.timeout(waitMs);
  await control
    .until(state => listIn(state).length === 0, AbortSignal.any([signal, late]))
    .catch(error => {
      if (error !== late.reason) throw error;
    });
  return listIn(control.state);
}
