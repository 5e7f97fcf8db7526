import { cannot } from '../../base/errors.ts';
import { rfc3339 } from '../../base/time.ts';
import type { Message } from '../../broker/message.ts';
import type { Label } from '../../data/dataset/truth.ts';
import type { Intervention, InterventionKind, Outcome, Shop, Trace } from '../interventions/intervention.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { known, vocabulary } from '../scenarios/vocabulary.ts';
import type { Causality } from './causality.ts';

/** An intervention under way: what it will do, and what it has done. */
export type Underway = {
  readonly id: string;
  readonly kind: InterventionKind;
  readonly intensity: string;
  readonly isAnomaly: boolean;
  readonly intervention: Intervention;
  readonly trace: Trace;
};

/** Puts the scenario's near misses, and its anomalies unless `withoutAnomalies`, into the world's calendar. */
export function injectInterventions(
  scenario: ResolvedScenario,
  shop: Shop,
  options: {
    readonly causality: Causality;
    readonly withoutAnomalies: boolean;
    /** Receives each message that an anomaly itself published. */
    readonly onRoot: (labelId: string, message: Message) => void;
  },
): readonly Underway[] {
  const nearMisses = scenario.nearMisses.map((request): Underway => {
    const kind = known(vocabulary.nearMisses, request.kind);
    const trace = options.causality.trace(() => {});
    return { id: request.id, kind, intensity: 'none', isAnomaly: false, intervention: kind.plan(request, shop), trace };
  });
  // First, so that anomalies are sized against all demand that is announced.
  for (const { intervention, trace } of nearMisses) intervention.inject(trace);
  const anomalies = (options.withoutAnomalies ? [] : scenario.anomalies).map((request): Underway => {
    const kind = known(vocabulary.anomalies, request.anomaly);
    const trace = options.causality.trace(message => options.onRoot(request.id, message));
    const { id, intensity } = request;
    return { id, kind, intensity, isAnomaly: true, intervention: kind.plan(request, shop), trace };
  });
  for (const { intervention, trace } of anomalies) intervention.inject(trace);
  return [...nearMisses, ...anomalies];
}

/**
 * The label of an intervention, once the run is over.
 *
 * @throws ANOMALY_LEFT_NO_TRACE when an anomaly had no visible effect
 */
export function labelOf({ id, kind, intensity, isAnomaly, intervention, trace }: Underway): Label {
  const outcome: Outcome = intervention.outcome(trace);
  if (isAnomaly && outcome.noTrace !== undefined) {
    const details = { id, reason: outcome.noTrace, receipt: outcome.receipt };
    throw cannot(
      'ANOMALY_LEFT_NO_TRACE',
      `label anomaly '${id}' (${kind.id}, ${intervention.variant})`,
      details,
    )(outcome.noTrace, 'an effect; change its target, time or duration');
  }
  return {
    id,
    anomaly: kind.id,
    variant: intervention.variant,
    intensity,
    taxonomy: kind.taxonomy,
    target: intervention.target,
    entities: [...outcome.entities],
    start: moment(intervention.startMs),
    end: moment(Math.max(outcome.endMs, intervention.startMs)),
    effect_start: moment(outcome.effectStartMs),
    effect_end: moment(Math.max(outcome.effectEndMs, outcome.effectStartMs)),
    parameters: intervention.parameters,
    receipt: outcome.receipt,
  };
}

/** Of a time that may have a fraction. */
function moment(timeMs: number): string {
  return rfc3339(Math.round(timeMs));
}
