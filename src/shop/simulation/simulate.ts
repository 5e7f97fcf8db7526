import { setImmediate } from 'node:timers/promises';
import { hourMs } from '../../base/time.ts';
import type { StoredMessage } from '../../broker/message.ts';
import type { MessageLog } from '../../broker/message-log.ts';
import { truthTopic } from '../../broker/topics.ts';
import type { Label } from '../../data/dataset/truth.ts';
import { usualVisitsPerDay } from '../scenarios/customers.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { declareTruth } from './declare-truth.ts';
import { differences } from './twin.ts';
import { createVirtualShop, type ShopRun } from './virtual-shop.ts';

export type SimulationOptions = {
  /** Where messages are kept; left out, they go to the observers only. */
  readonly log?: MessageLog;
  /** Sees every message at its place in its topic, truth included. */
  readonly observe?: (stored: StoredMessage) => void;
  readonly withoutAnomalies?: boolean;
  /** Also runs the world without anomalies, and declares what differs. */
  readonly twin?: boolean;
};

export type SimulationResult = {
  /** Messages published, over all topics but the truth's. */
  readonly messages: number;
  readonly labels: readonly Label[];
  readonly nearMisses: readonly Label[];
  /** The world as it is at the end, for checks over whole runs. */
  readonly run: ShopRun;
};

/** Six virtual hours, or less in a shop with more visits than usual, so that Ctrl-C and progress do not wait for them. At least 1. [ms] */
function stepMsOf({ customers, scale }: ResolvedScenario): number {
  return Math.max(1, Math.floor(6 * hourMs * Math.min(1, usualVisitsPerDay / (customers.visitsPerDay * scale))));
}

/** Puts a scenario into a world of its own, at its start. */
export function startSimulation(scenario: ResolvedScenario, options: SimulationOptions = {}) {
  const { withoutAnomalies = false, twin = false } = options;
  const run = createVirtualShop(scenario, options.log);
  if (options.observe !== undefined) run.broker.observe(options.observe);

  let truthMessages = 0;
  const truth = declareTruth(scenario, run.shop, {
    withoutAnomalies,
    twin,
    nowMs: () => run.time.nowMs,
    publish: message => {
      truthMessages += 1;
      run.broker.publish(truthTopic, message);
    },
  });
  run.broker.observe(({ message }) => truth.observe(message));
  const compare = twin ? differences(scenario, run) : undefined;
  const stepMs = stepMsOf(scenario);

  return {
    /** Runs the next six virtual hours, of a large shop fewer; false if there is nothing left to run. */
    advance(): boolean {
      if (run.time.nowMs >= scenario.endMs) return false;
      const untilMs = Math.min(run.time.nowMs + stepMs, scenario.endMs);
      run.time.runUntil(untilMs);
      compare?.advance(untilMs);
      return true;
    },
    /** Share of virtual time passed [0, 1]. */
    progress: () => (run.time.nowMs - scenario.startMs) / (scenario.endMs - scenario.startMs),
    /**
     * Declares labels and near misses in the truth topic, once everything has run.
     *
     * @throws ANOMALY_LEFT_NO_TRACE; the truth topic then has no RunFinished
     */
    finish(): SimulationResult {
      const messages = run.broker.published - truthMessages;
      return { messages, run, ...truth.finish({ messages, differences: compare?.finish() ?? [] }) };
    },
  };
}

export type SimulateOptions = SimulationOptions & {
  /** Share of virtual time passed [0, 1]. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Runs a scenario in virtual time, from its start to its end, letting other work in between.
 *
 * @throws ANOMALY_LEFT_NO_TRACE after the run; its truth topic then has no RunFinished
 * @throws the signal's reason when aborted
 */
export async function simulate(scenario: ResolvedScenario, options: SimulateOptions = {}): Promise<SimulationResult> {
  const simulation = startSimulation(scenario, options);
  while (simulation.advance()) {
    options.onProgress?.(simulation.progress());
    await setImmediate();
    await options.log?.drain?.();
    options.signal?.throwIfAborted();
  }
  const result = simulation.finish();
  options.log?.flush();
  await options.log?.drain?.();
  return result;
}
