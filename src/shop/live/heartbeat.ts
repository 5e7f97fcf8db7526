import { setTimeout } from 'node:timers/promises';
import type { ControlTopic } from './control-topic.ts';

/** A collector that follows takes half a minute of silence for a sign of death. */
const defaultEveryMs = 5000;

/** Says that the run goes on, until the signal. @param everyMs default 5 s of the wall clock */
export async function tellOfGoingOn(
  control: Pick<ControlTopic, 'publish'>,
  signal: AbortSignal,
  everyMs = defaultEveryMs,
): Promise<void> {
  for (;;) {
    await setTimeout(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    // A broker that does not take this takes nothing else either, and that ends the run where it matters.
    await control.publish('RunGoesOn', {}).catch(() => undefined);
  }
}
