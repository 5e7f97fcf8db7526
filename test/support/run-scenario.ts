import type { Message, StoredMessage } from '../../src/broker/message.ts';
import { truthTopic } from '../../src/broker/topics.ts';
import { readScenario } from '../../src/shop/scenarios/read-scenario.ts';
import { type ResolvedScenario, resolveScenario } from '../../src/shop/scenarios/resolve-scenario.ts';
import type { Scenario } from '../../src/shop/scenarios/scenario.ts';
import { type SimulateOptions, type SimulationResult, simulate } from '../../src/shop/simulation/simulate.ts';

/** A shipped scenario, changed for a test and resolved by its seed. */
export async function scenarioFor(name: string, changes: Partial<Scenario> = {}): Promise<ResolvedScenario> {
  const scenario = { ...(await readScenario(name)), ...changes };
  return resolveScenario(scenario);
}

/** Runs a scenario and keeps every message but the truth, in the order of publication. */
export async function record(scenario: ResolvedScenario, options: SimulateOptions = {}): Promise<Recording> {
  const published: StoredMessage[] = [];
  const truth: StoredMessage[] = [];
  const result = await simulate(scenario, {
    ...options,
    observe: stored => (stored.topic === truthTopic ? truth : published).push(stored),
  });
  return { ...result, published, truth };
}

/** A run with every message, in the order of publication. */
export type Recording = SimulationResult & {
  readonly published: readonly StoredMessage[];
  readonly truth: readonly StoredMessage[];
};

/** The messages in the chains of causation from the anomalies' acts: what `caused.csv` calls `direct`. */
export function directlyCaused({ published, truth }: Recording): readonly Message[] {
  const caused = new Set(
    truth.flatMap(({ message: { type, data } }) => (type === 'CausalRootDeclared' ? [data.messageId] : [])),
  );
  return published.flatMap(({ message }) => {
    if (!caused.has(message.id) && !caused.has(message.causationid)) return [];
    caused.add(message.id);
    return [message];
  });
}

/** One anomaly of a scenario as the file writes it. */
export function anomaly(changes: Partial<Scenario['anomalies'][number]> = {}): Scenario['anomalies'][number] {
  return {
    id: 'anomaly-1',
    anomaly: 'stock-exhaustion',
    variant: 'fast-hoarder',
    intensity: 'blatant',
    onset: 'step',
    at: '2d10h',
    duration: '4h',
    target: 'random',
    ...changes,
  };
}
