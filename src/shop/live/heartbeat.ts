import { setTimeout } from 'node:timers/promises';
import type { ControlTopic } from './control-topic.ts';

/** A collector that follows considers a run dead after half a minute without a message. [ms] */
const defaultEveryMs = 5000;

/** Publishes that the run goes on, until the signal. @param everyMs default 5 s of the wall clock */
export async function sendHeartbeats(
  control: Pick<ControlTopic, 'publish'>,
  signal: AbortSignal,
  everyMs = defaultEveryMs,
): Promise<void> {
  for (;;) {
    await setTimeout(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    // A failure is ignored here: a broker that refuses this refuses the run's own messages too, and those end the run.
    await control.publish('RunGoesOn', {}).catch(() => undefined);
  }
}
