import { z } from 'zod';
import { CqshopError } from '../../base/errors.ts';
import type { ResultRow } from './result-rows.ts';

/** Version of the gate file. */
export const gateFormat = 1;

const limitSchema = z.object({
  anomaly: z.string(),
  variant: z.string(),
  intensity: z.string(),
  detector: z.string(),
  recall: z.number().nullable(),
  precision: z.number().nullable(),
  averagePrecision: z.number().nullable(),
  falseAlarmsPerDay: z.number().nullable(),
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

/** A figure on the wrong side of its limit. */
export type Shortfall = {
  readonly anomaly: string;
  readonly variant: string;
  readonly intensity: string;
  readonly detector: string;
  /** `missing`: there is no such row; `not accepted`: there is one, and nothing was ever accepted of it. */
  readonly figure: 'recall' | 'precision' | 'averagePrecision' | 'falseAlarmsPerDay' | 'missing' | 'not accepted';
  readonly accepted: number | null;
  readonly found: number | null;
};

/** Rows that a gate watches: each learner as a whole, by intensity, and on clean runs. */
export function watched(rows: readonly ResultRow[]): readonly ResultRow[] {
  return rows.filter(({ role, variant }) => role === 'learner' && (variant === 'all' || variant === 'clean'));
}

/** A gate that accepts these rows. */
export function gateOf(rows: readonly ResultRow[], about: Omit<Gate, 'format' | 'accepted'>): Gate {
  const accepted = watched(rows).map(
    ({ anomaly, variant, intensity, detector, recall, precision, averagePrecision, falseAlarmsPerDay }): Limit => ({
      ...{ anomaly, variant, intensity, detector },
      recall: rounded(recall),
      precision: rounded(precision),
      averagePrecision: rounded(averagePrecision),
      falseAlarmsPerDay: rounded(falseAlarmsPerDay),
    }),
  );
  return { format: gateFormat, ...about, accepted };
}

/** A gate that accepts these rows, and of anomalies that are not among them what it accepted before. */
export function updatedGate(rows: readonly ResultRow[], about: Omit<Gate, 'format' | 'accepted'>, before: Gate): Gate {
  const renewed = new Set(rows.map(({ anomaly }) => anomaly));
  const { accepted, ...rest } = gateOf(rows, about);
  const isKept = (limit: Limit) => !renewed.has(limit.anomaly);
  if (!before.accepted.some(isKept)) return { ...rest, accepted };
  const inPlace = before.accepted.flatMap(limit =>
    isKept(limit) ? [limit] : accepted.filter(one => isOf(one, limit)),
  );
  const added = accepted.filter(one => !inPlace.includes(one));
  // The command and its seeds gave the figures that are kept, and give the new ones too.
  return { ...before, version: about.version, accepted: [...inPlace, ...added] };
}

/**
 * Before work that is to renew a part of a gate.
 *
 * @throws USAGE when figures of different runs would then stand side by side
 */
export function assertSameSeeds(
  before: Gate,
  anomalies: readonly string[],
  { seeds, firstSeed }: Pick<Gate, 'seeds' | 'firstSeed'>,
): void {
  const isWhole = before.accepted.every(({ anomaly }) => anomalies.includes(anomaly));
  if (isWhole || (seeds === before.seeds && firstSeed === before.firstSeed)) return;
  throw new CqshopError(
    'USAGE',
    `Cannot update the gate for ${anomalies.join(', ')} alone with other seeds: its other figures are of --seeds ${before.seeds} --first-seed ${before.firstSeed}, expected those, or all anomalies`,
  );
}

/**
 * What fell below a gate. A learner's row of which nothing was accepted is a shortfall, since nothing would guard it. A limit whose row is not among `rows` is a shortfall too, if its anomaly is among them; a figure that had
 * no meaning when it was accepted has no limit. One that has lost its meaning since is a shortfall, but for precision: that has none
 * where nothing alarms, which recall tells where there are labels, and is as it should be where there are none.
 */
export function shortfalls(gate: Gate, rows: readonly ResultRow[]): readonly Shortfall[] {
  const anomalies = new Set(rows.map(({ anomaly }) => anomaly));
  const unguarded = watched(rows).filter(row => !gate.accepted.some(limit => isOf(limit, row)));
  const fallen = gate.accepted.flatMap(limit => {
    const { anomaly, variant, intensity, detector } = limit;
    if (!anomalies.has(anomaly)) return [];
    const about = { anomaly, variant, intensity, detector };
    const row = rows.find(candidate => isOf(limit, candidate));
    if (row === undefined) return [{ ...about, figure: 'missing' as const, accepted: null, found: null }];
    const worse: Shortfall[] = [];
    for (const figure of ['recall', 'precision', 'averagePrecision'] as const) {
      const [accepted, found] = [limit[figure], row[figure]];
      if (accepted === null || (found === null && figure === 'precision')) continue;
      if (found === null || found < accepted - gate.tolerance) worse.push({ ...about, figure, accepted, found });
    }
    const [accepted, found] = [limit.falseAlarmsPerDay, row.falseAlarmsPerDay];
    if (accepted !== null && (found === null || found > accepted + gate.tolerance)) {
      worse.push({ ...about, figure: 'falseAlarmsPerDay', accepted, found });
    }
    return worse;
  });
  return [
    ...fallen,
    ...unguarded.map(({ anomaly, variant, intensity, detector }) => ({
      ...{ anomaly, variant, intensity, detector },
      ...{ figure: 'not accepted' as const, accepted: null, found: null },
    })),
  ];
}

function isOf(limit: Limit, row: Pick<ResultRow, 'anomaly' | 'variant' | 'intensity' | 'detector'>): boolean {
  return (
    limit.anomaly === row.anomaly &&
    limit.variant === row.variant &&
    limit.intensity === row.intensity &&
    limit.detector === row.detector
  );
}

/** To four decimals, so that the file reads well. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}
