import { CqshopError } from '../../base/errors.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';

/** An anomaly that left no trace and was left out of its run. */
export type LeftOut = { readonly id: string; readonly reason: string };

/**
 * Runs a scenario, and runs it again without each anomaly that left no trace, as if that anomaly had not been planned. What it did anyway,
 * such as a price that no customer saw, would have no label. For runs that no user wrote.
 *
 * @param run simulates the scenario that it is given, from an empty log
 * @param mayLeaveOut false for what a user wrote: then it fails
 * @returns the result of the run that ended, with what was left out of it
 */
export async function leaveOutTraceless<Result>(
  scenario: ResolvedScenario,
  run: (scenario: ResolvedScenario) => Result | Promise<Result>,
  mayLeaveOut = true,
): Promise<{ readonly result: Result; readonly leftOut: readonly LeftOut[] }> {
  const leftOut: LeftOut[] = [];
  for (let left = scenario; ; ) {
    try {
      return { result: await run(left), leftOut };
    } catch (error) {
      if (!mayLeaveOut || !(error instanceof CqshopError) || error.code !== 'ANOMALY_LEFT_NO_TRACE') throw error;
      const { id, reason } = error.details;
      const anomalies = left.anomalies.filter(anomaly => anomaly.id !== id);
      if (anomalies.length === left.anomalies.length) throw error;
      leftOut.push({ id: String(id), reason: String(reason) });
      left = { ...left, anomalies };
    }
  }
}
