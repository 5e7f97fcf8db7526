import { z } from 'zod';
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
  readonly figure: 'recall' | 'precision' | 'averagePrecision' | 'falseAlarmsPerDay' | 'missing';
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

/**
 * What fell below a gate. A limit whose row is not among `rows` is a shortfall too, if its anomaly is among them; a figure that had
 * no meaning when it was accepted has no limit. One that has lost its meaning since is a shortfall, but for precision: that has none
 * where nothing alarms, which recall tells where there are labels, and is as it should be where there are none.
 */
export function shortfalls(gate: Gate, rows: readonly ResultRow[]): readonly Shortfall[] {
  const anomalies = new Set(rows.map(({ anomaly }) => anomaly));
  return gate.accepted.flatMap(limit => {
    const { anomaly, variant, intensity, detector } = limit;
    if (!anomalies.has(anomaly)) return [];
    const about = { anomaly, variant, intensity, detector };
    const row = rows.find(
      candidate =>
        candidate.anomaly === anomaly &&
        candidate.variant === variant &&
        candidate.intensity === intensity &&
        candidate.detector === detector,
    );
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
}

/** To four decimals, so that the file reads well. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}
