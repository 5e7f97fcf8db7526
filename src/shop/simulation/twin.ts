import type { Message } from '../../broker/message.ts';
import { truthTopic } from '../../broker/topics.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { Causality } from './causality.ts';
import { injectInterventions } from './interventions.ts';
import { createVirtualShop, type ShopRun } from './virtual-shop.ts';

/** A message that exists in one of the two worlds only. */
export type TwinDifference = {
  readonly messageId: string;
  readonly relation: 'effect' | 'prevented';
  readonly timeMs: number;
};

/**
 * Runs the world without anomalies beside the given one and compares message ids, which depend on causes only. Memory grows with
 * the number of differences, not with the length of the run.
 */
export function differences(scenario: ResolvedScenario, withAnomalies: ShopRun) {
  const twin = createVirtualShop(scenario);
  const seen = new Map<string, { readonly timeMs: number; count: number }>();
  const note =
    (step: 1 | -1) =>
    ({ topic, message }: { readonly topic: string; readonly message: Message }) => {
      if (topic === truthTopic) return;
      const entry = seen.get(message.id) ?? { timeMs: message.time, count: 0 };
      entry.count += step;
      if (entry.count === 0) seen.delete(message.id);
      else seen.set(message.id, entry);
    };
  withAnomalies.broker.observe(note(1));
  twin.broker.observe(note(-1));
  injectInterventions(scenario, twin.shop, { causality: new Causality(), withoutAnomalies: true, onRoot: () => {} });
  return {
    /** Lets the twin catch up; messages that both worlds have published by now are forgotten. */
    advance: (untilMs: number): void => twin.time.runUntil(untilMs),
    /** What is left, ordered by time, then id. */
    finish: (): readonly TwinDifference[] =>
      [...seen]
        .map(([messageId, { timeMs, count }]): TwinDifference => {
          return { messageId, timeMs, relation: count > 0 ? 'effect' : 'prevented' };
        })
        .sort((a, b) => a.timeMs - b.timeMs || (a.messageId < b.messageId ? -1 : 1)),
  };
}
