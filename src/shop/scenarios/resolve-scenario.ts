import { dayMs, type Span } from '../../base/time.ts';
import { ExpectedDemand } from '../customers/expected-demand.ts';
import { randomStreams } from '../engine/random.ts';
import { campaignFactor, planCampaigns } from '../staff/marketing.ts';
import { type DurationRange, durationOf } from './moments.ts';
import { drawing, fixedPlace, freePlace, isDrawn, type Neighbours, type Planned } from './place-intervention.ts';
import type { PlannedAnomaly, PlannedNearMiss, Scenario, Target } from './scenario.ts';
import { scenarioHash } from './scenario-hash.ts';
import { known, vocabulary } from './vocabulary.ts';

/** An anomaly with its place in time; `random` targets are drawn by the anomaly itself. */
export type ResolvedAnomaly = Span &
  Pick<PlannedAnomaly, 'id' | 'anomaly' | 'variant' | 'intensity' | 'strength' | 'onset'> & { readonly target: Target };

/** A near miss with its place in time. */
export type ResolvedNearMiss = Span & Pick<PlannedNearMiss, 'id' | 'kind'> & { readonly target: Target };

/** A scenario with a fixed time for everything in it: all that a simulation needs. */
export type ResolvedScenario = Span &
  Pick<Scenario, 'name' | 'description' | 'seed' | 'days' | 'scale' | 'partitions' | 'customers' | 'catalogue'> & {
    /** What the command line said beside its name: the name of its file, if it was given by that, and the scale, if by an option. */
    readonly given?: { readonly file?: string; readonly scale?: number };
    /** Of the scenario as written: see `scenarioHash`. */
    readonly hash: string;
    /** In the order of the file. */
    readonly anomalies: readonly ResolvedAnomaly[];
    readonly nearMisses: readonly ResolvedNearMiss[];
  };

/** How far `random` stays away from the start of the run, which warms up, and from its end, so that effects can be seen: at most a quarter of it. */
const leadInMs = dayMs;
const tailMs = dayMs / 4;

/**
 * Draws what a scenario leaves to chance. Each intervention draws from its own stream, `scenario/<id>`. Anomalies with a fixed place
 * come first, then the others in the order of the file. Each of these is drawn again while it overlaps one that is already placed, or cannot have its
 * intensity where it is. A near miss never moves an anomaly, and an anomaly never moves a near miss.
 *
 * @param options.gapMs between two anomalies if at least one of them was drawn; default: the scenario's
 * @throws OVERLAPPING_ANOMALIES when two fixed anomalies overlap, or no free place is found in 1000 tries; never with `allowOverlap`
 * @throws SCENARIO_INVALID when something does not fit into the run
 */
export function resolveScenario(
  scenario: Scenario,
  { gapMs = durationOf(scenario.gap) }: { readonly gapMs?: number } = {},
): ResolvedScenario {
  const { name, description, seed, days, scale, partitions, customers, catalogue } = scenario;
  const streams = randomStreams(seed);
  const startMs = Date.parse(scenario.start);
  const run = { startMs, endMs: startMs + days * dayMs };
  const quarterMs = (run.endMs - startMs) / 4;
  const interior = {
    startMs: startMs + Math.min(leadInMs, quarterMs),
    endMs: run.endMs - Math.min(tailMs, quarterMs),
  };

  const demand = new ExpectedDemand({ ...customers, visitsPerDay: customers.visitsPerDay * scale });
  for (const campaign of planCampaigns(streams, run)) demand.announce(timeMs => campaignFactor(campaign, timeMs));

  const placeOf = (
    planned: Planned,
    usual: DurationRange,
    others: Neighbours['others'],
    fits?: (span: Span) => boolean,
  ): Span => {
    const { id } = planned;
    const draw = drawing(planned, { stream: streams.stream(`scenario/${id}`), usual, run, interior });
    const place = isDrawn(planned) ? freePlace : fixedPlace;
    return place(planned, draw, { run, others, gapMs, position: scenario.positions?.get(id), fits });
  };

  const placed = new Map<string, Span>();
  const anomalies = anomaliesIn(scenario);
  const byFreedom = [...anomalies].sort((a, b) => Number(isDrawn(a)) - Number(isDrawn(b)));
  for (const anomaly of byFreedom) {
    const { id } = anomaly;
    const { defaultDurationMs, fits } = known(vocabulary.anomalies, anomaly.anomaly);
    const isFitting = (span: Span) =>
      fits?.({ ...anomaly, ...span }, { demand, partitions, random: streams.stream(`anomaly/${id}`) }) ?? true;
    const others = scenario.allowOverlap ? [] : [...placed];
    placed.set(id, placeOf(anomaly, defaultDurationMs, others, isFitting));
  }

  return {
    ...run,
    name,
    description,
    hash: scenarioHash(scenario),
    seed,
    days,
    scale,
    partitions,
    customers,
    catalogue,
    anomalies: anomalies.map(({ id, anomaly, variant, intensity, strength, onset, target }) => {
      const asked = strength === undefined ? { intensity } : { intensity, strength };
      return { id, anomaly, variant, ...asked, onset, target, ...known(placed, id) };
    }),
    nearMisses: scenario.nearMisses.map(nearMiss => {
      const { id, kind, target } = nearMiss;
      const { defaultDurationMs } = known(vocabulary.nearMisses, kind);
      return { id, kind, target, ...placeOf(nearMiss, defaultDurationMs, []) };
    }),
  };
}

/** The anomalies of a run: all that are listed, or `anomaliesPerRun` of them, which consecutive seeds take in turn. */
function anomaliesIn({ anomalies, anomaliesPerRun, seed }: Scenario): Scenario['anomalies'] {
  const count = anomaliesPerRun ?? anomalies.length;
  const first = (seed * count) % Math.max(1, anomalies.length);
  return anomalies.filter((_, index) => (index - first + anomalies.length) % anomalies.length < count);
}
