import { cannot } from '../../base/errors.ts';
import { rfc3339, type Span } from '../../base/time.ts';
import type { Message } from '../../broker/message.ts';
import type { Label } from '../../data/dataset/truth.ts';
import type {
  Intervention,
  InterventionKind,
  InterventionRequest,
  Shop,
  Trace,
} from '../interventions/intervention.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { known, vocabulary } from '../scenarios/vocabulary.ts';
import type { Causality } from './causality.ts';

/** An intervention under way: what it will do, and what it has done. */
export type Underway = Span & {
  readonly id: string;
  readonly kind: InterventionKind;
  readonly variant: string;
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
  const nearMisses = scenario.nearMisses.map((nearMiss): Underway => {
    const kind = known(vocabulary.nearMisses, nearMiss.kind);
    const request = { ...nearMiss, ...kind.hours?.(nearMiss) };
    const { id, startMs, endMs } = request;
    const planned = {
      intervention: asAsked(request, kind.plan(request, shop)),
      trace: options.causality.trace(() => {}),
    };
    return { id, kind, variant: kind.id, intensity: 'none', isAnomaly: false, startMs, endMs, ...planned };
  });
  // First, so that anomalies are sized against all demand that is announced.
  for (const { intervention, trace } of nearMisses) intervention.inject(trace);
  const anomalies = (options.withoutAnomalies ? [] : scenario.anomalies).map((request): Underway => {
    const kind = known(vocabulary.anomalies, request.anomaly);
    const trace = options.causality.trace(message => options.onRoot(request.id, message));
    const { id, variant, intensity, startMs, endMs } = request;
    const planned = { intervention: asAsked(request, kind.plan(request, shop)), trace };
    return { id, kind, variant, intensity, isAnomaly: true, startMs, endMs, ...planned };
  });
  for (const { intervention, trace } of anomalies) intervention.inject(trace);
  return [...nearMisses, ...anomalies];
}

/** @throws SCENARIO_INVALID when it would affect something else than the scenario names */
function asAsked({ id, target }: InterventionRequest, intervention: Intervention): Intervention {
  const named = [target].flat().join(' ');
  if (named === 'random' || named === intervention.target) return intervention;
  throw cannot('SCENARIO_INVALID', `place ${id}`)(
    `its target is ${named}, but it would affect ${intervention.target}`,
    'a target that its kind can have, or random',
  );
}

/**
 * The label of an intervention, once the run is over.
 *
 * @throws ANOMALY_LEFT_NO_TRACE when an anomaly had no visible effect
 */
export function labelOf({ id, kind, variant, intensity, isAnomaly, startMs, endMs, ...planned }: Underway): Label {
  const { target, parameters, outcome } = planned.intervention;
  const { entities, receipt, noTrace, effectStartMs = startMs, effectEndMs = endMs } = outcome(planned.trace);
  if (isAnomaly && noTrace !== undefined) {
    const details = { id, reason: noTrace, receipt };
    const fails = cannot('ANOMALY_LEFT_NO_TRACE', `label anomaly '${id}' (${kind.id}, ${variant})`, details);
    throw fails(noTrace, 'an effect; change its target, time or duration');
  }
  return {
    id,
    anomaly: kind.id,
    variant,
    intensity,
    taxonomy: kind.taxonomy,
    target,
    entities: [...entities],
    start: moment(startMs),
    end: moment(endMs),
    effect_start: moment(effectStartMs),
    effect_end: moment(Math.max(effectEndMs, effectStartMs)),
    parameters,
    receipt,
  };
}

/** RFC 3339 of a time that may have a fraction. */
function moment(timeMs: number): string {
  return rfc3339(Math.round(timeMs));
}
