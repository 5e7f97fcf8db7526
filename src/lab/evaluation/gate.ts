import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { cannot } from '../../base/errors.ts';
import { byId, type GatedMetricId, gatedMetrics } from './metrics.ts';
import { cleanGroup, type ResultRow } from './result-rows.ts';

/** Version of the gate file. */
export const gateFormat = 1;

const limitSchema = z.object({
  anomaly: z.string(),
  variant: z.string(),
  intensity: z.string(),
  detector: z.string(),
  ...byId(gatedMetrics, ({ better }) =>
    better === 'higher' ? z.number().min(0).max(1).nullable() : z.number().nonnegative().nullable(),
  ),
});

/** `models/accuracy.json`: the figures that have been accepted, and how they were made. */
export const gateSchema = z.object({
  format: z.literal(gateFormat),
  command: z.string().describe('gives these figures'),
  seeds: z.int().positive(),
  firstSeed: z.int().nonnegative(),
  version: z.string(),
  tolerance: z.number().min(0).max(1).describe('how far a share may fall, or the false alarms a day rise, unnoticed'),
  accepted: z.array(limitSchema).describe("the learners' figures"),
});

export type Gate = z.infer<typeof gateSchema>;
type Limit = z.infer<typeof limitSchema>;

/** A figure that was compared with its limit. */
export type GateCheck = RowId & {
  /** `missing`: there is no such row; `not accepted`: there is one, but the gate accepts no figure of it. */
  readonly figure: GatedMetricId | 'missing' | 'not accepted';
  readonly accepted: number | null;
  readonly found: number | null;
  readonly hasPassed: boolean;
};
/** A figure on the wrong side of its limit. */
export type Shortfall = Omit<GateCheck, 'hasPassed'>;

/** Rows that a gate watches: each learner as a whole, by intensity, and on clean runs. */
function watched(rows: readonly ResultRow[]): readonly ResultRow[] {
  return rows.filter(
    ({ role, variant }) => role === 'learner' && (variant === 'all' || variant === cleanGroup.variant),
  );
}

/** A gate that accepts these rows. */
export function gateOf(rows: readonly ResultRow[], about: Omit<Gate, 'format' | 'accepted'>): Gate {
  const accepted = watched(rows).map(
    (row): Limit => ({ ...rowOf(row), ...byId(gatedMetrics, ({ id }) => rounded(row[id])) }),
  );
  return { format: gateFormat, ...about, accepted };
}

/** A gate that accepts these rows; for other anomalies it keeps what it accepted before. */
export function updatedGate(rows: readonly ResultRow[], about: Omit<Gate, 'format' | 'accepted'>, before: Gate): Gate {
  const renewed = new Set(rows.map(({ anomaly }) => anomaly));
  const { accepted, ...rest } = gateOf(rows, about);
  const isKept = (limit: Limit) => !renewed.has(limit.anomaly);
  if (!before.accepted.some(isKept)) return { ...rest, accepted };
  const inPlace = before.accepted.flatMap(limit =>
    isKept(limit) ? [limit] : accepted.filter(one => isOf(one, limit)),
  );
  const added = accepted.filter(one => !inPlace.includes(one));
  // The kept figures and the new ones come from the same command and seeds.
  return { ...before, version: about.version, accepted: [...inPlace, ...added] };
}

/**
 * Called before a part of a gate is updated.
 *
 * @throws USAGE when the gate would then hold figures of different seeds
 */
export function assertSameSeeds(
  before: Gate,
  anomalies: readonly string[],
  { seeds, firstSeed }: Pick<Gate, 'seeds' | 'firstSeed'>,
): void {
  const isWhole = before.accepted.every(({ anomaly }) => anomalies.includes(anomaly));
  if (isWhole || (seeds === before.seeds && firstSeed === before.firstSeed)) return;
  throw cannot('USAGE', `update the gate for ${anomalies.join(', ')} alone with other seeds`)(
    `its other figures have --seeds ${before.seeds} --first-seed ${before.firstSeed}`,
    'the same seeds, or all anomalies',
  );
}

/**
 * Every comparison of figures with a gate. These fail too:
 * - a learner's row that the gate does not know: nothing would guard it;
 * - a limit without a row, if other rows are about its anomaly;
 * - a figure that is null where one was accepted, except a metric with gate `unless-null`.
 * A figure that was null when it was accepted has no limit.
 */
export function gateChecks(gate: Gate, rows: readonly ResultRow[]): readonly GateCheck[] {
  const anomalies = new Set(rows.map(({ anomaly }) => anomaly));
  const unguarded = watched(rows).filter(row => !gate.accepted.some(limit => isOf(limit, row)));
  const nothing = { accepted: null, found: null, hasPassed: false };
  const compared = gate.accepted.flatMap((limit): GateCheck[] => {
    if (!anomalies.has(limit.anomaly)) return [];
    const row = rows.find(candidate => isOf(limit, candidate));
    if (row === undefined) return [{ ...rowOf(limit), figure: 'missing', ...nothing }];
    return gatedMetrics
      .filter(({ id }) => limit[id] !== null)
      .map(metric => ({
        ...rowOf(limit),
        ...{ figure: metric.id, accepted: limit[metric.id], found: row[metric.id] },
        hasPassed: !isWorse(metric, limit[metric.id], row[metric.id], gate.tolerance),
      }));
  });
  return [...compared, ...unguarded.map(row => ({ ...rowOf(row), figure: 'not accepted' as const, ...nothing }))];
}

/** The figures that fell below a gate. */
export function shortfalls(gate: Gate, rows: readonly ResultRow[]): readonly Shortfall[] {
  return gateChecks(gate, rows)
    .filter(({ hasPassed }) => !hasPassed)
    .map(({ hasPassed: _, ...shortfall }) => shortfall);
}

function isWorse(
  { better, gate }: (typeof gatedMetrics)[number],
  accepted: number | null,
  found: number | null,
  tolerance: number,
): boolean {
  if (accepted === null) return false;
  if (found === null) return gate !== 'unless-null';
  return better === 'higher' ? found < accepted - tolerance : found > accepted + tolerance;
}

/** What identifies a row. */
type RowId = Pick<ResultRow, 'anomaly' | 'variant' | 'intensity' | 'detector'>;

function rowOf({ anomaly, variant, intensity, detector }: RowId): RowId {
  return { anomaly, variant, intensity, detector };
}

function isOf(limit: Limit, row: RowId): boolean {
  return isDeepStrictEqual(rowOf(limit), rowOf(row));
}

/** To four decimals, so that the file reads well. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}
