import { setImmediate } from 'node:timers/promises';
import { hourMs } from '../../base/time.ts';
import type { StoredMessage } from '../../broker/message.ts';
import type { MessageLog } from '../../broker/message-log.ts';
import { truthTopic } from '../../broker/topics.ts';
import type { Label, Truth } from '../../data/dataset/truth.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { Causality } from './causality.ts';
import { injectInterventions, labelOf } from './interventions.ts';
import { runStarted, truthPublisher } from './truth-publisher.ts';
import { differences, type TwinDifference } from './twin.ts';
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

/** A run under way. */
export type Simulation = {
  /** Runs the next six virtual hours; false if there is nothing left to run. */
  readonly advance: () => boolean;
  /** Share of virtual time passed [0, 1]. */
  readonly progress: () => number;
  /**
   * Tells the truth once everything has run.
   *
   * @throws ANOMALY_LEFT_NO_TRACE; the truth topic then has no RunFinished
   */
  readonly finish: () => SimulationResult;
};

const stepMs = 6 * hourMs;

/** Puts a scenario into a world of its own, at its start. */
export function startSimulation(scenario: ResolvedScenario, options: SimulationOptions = {}): Simulation {
  const { withoutAnomalies = false, twin = false } = options;
  const run = createVirtualShop(scenario, options.log);
  const causality = new Causality();
  if (options.observe !== undefined) run.broker.observe(options.observe);
  run.broker.observe(stored => causality.observe(stored.message));

  let told = 0;
  const tell = truthPublisher({
    seed: scenario.seed,
    nowMs: () => run.time.nowMs,
    publish: message => {
      told += 1;
      run.broker.publish(truthTopic, message);
    },
  });
  tell('RunStarted', runStarted(scenario, { withoutAnomalies, twin }));
  const underway = injectInterventions(scenario, run.shop, {
    causality,
    withoutAnomalies,
    onRoot: (labelId, message) => tell('CausalRootDeclared', { messageId: message.id, labelId }),
  });
  const compare = twin ? differences(scenario, run) : undefined;

  return {
    advance() {
      if (run.time.nowMs >= scenario.endMs) return false;
      const untilMs = Math.min(run.time.nowMs + stepMs, scenario.endMs);
      run.time.runUntil(untilMs);
      compare?.advance(untilMs);
      return true;
    },
    progress: () => (run.time.nowMs - scenario.startMs) / (scenario.endMs - scenario.startMs),
    finish() {
      const messages = run.broker.published - told;
      const labels = underway.filter(({ isAnomaly }) => isAnomaly).map(labelOf);
      const nearMisses = underway.filter(({ isAnomaly }) => !isAnomaly).map(labelOf);
      for (const difference of compare?.finish() ?? []) tell('TwinDifferenceFound', attribute(difference, labels));
      for (const label of labels) tell('LabelDeclared', label);
      for (const nearMiss of nearMisses) tell('NearMissDeclared', nearMiss);
      tell('RunFinished', { messages });
      return { messages, labels, nearMisses, run };
    },
  };
}

export type SimulateOptions = SimulationOptions & {
  /** Share of virtual time passed [0, 1]. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
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

/** A difference belongs to the anomaly that had begun last: with several in one scenario this is a convention, not a proof. */
function attribute(
  { messageId, relation, timeMs }: TwinDifference,
  labels: readonly Label[],
): Truth<'TwinDifferenceFound'> {
  const byStart = [...labels].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  const label = byStart.findLast(({ start }) => Date.parse(start) <= timeMs) ?? byStart[0];
  return { messageId, relation, labelId: label?.id ?? '' };
}
