import { z } from 'zod';
import { intensities } from '../../data/dataset/anomaly-facts.ts';
import { defaultPartitions } from '../services/partitions.ts';
import { catalogueSchema } from './catalogue.ts';
import { customersSchema } from './customers.ts';
import { dayOffsetPattern, durationPattern, parseDuration } from './moments.ts';

const lowerCaseName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: 'a name of a-z, 0-9 and -, at most 64 characters long' });

const instant = z.union([z.iso.date(), z.iso.datetime()], {
  error: 'a date or a time in UTC that exists, such as 2026-03-02 or 2026-03-02T14:30:00Z',
});

/** Times before 1970 have no hour of the day, and labels of a run of ten years need years of four digits. */
const start = instant.refine(text => text >= '1970' && text < '9981', {
  error: 'a date or a time of the years 1970 to 9980',
});
const moment = z.union([z.string().regex(durationPattern), z.string().regex(dayOffsetPattern), instant], {
  error: 'an offset such as 3d14h30m or day 3 14:30 (the first day is day 0), or a time such as 2026-03-05T14:30:00Z',
});

const at = z
  .union([z.literal('random'), moment, z.strictObject({ from: moment, to: moment })], {
    error:
      'random, an offset such as 3d14h30m or day 3 14:30, a time such as 2026-03-05T14:30:00Z, or { from, to } of these',
  })
  .describe('when it begins: an offset from the start, a time in UTC, a range of these to draw from, or random');

const positiveDuration = z
  .string()
  .regex(durationPattern, { error: 'a duration above 0 such as 90m, 2h30m or 1d', abort: true })
  .refine(text => parseDuration(text) !== 0, { error: 'a duration above 0 such as 90m, 2h30m or 1d' });

const duration = z
  .union([z.literal('random'), positiveDuration, z.strictObject({ from: positiveDuration, to: positiveDuration })], {
    error: 'random, a duration above 0 such as 90m, 2h30m or 1d, or { from, to } of these',
  })
  .describe('how long it lasts: a duration, a range to draw from, or random for the usual range of its kind');

const target = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)], { error: 'an id, a list of ids, or random' })
  .default('random')
  .describe('what it affects: ids of products, users or services, or random');

const anomalySchema = z.strictObject({
  id: lowerCaseName.describe('unique in the file; names the label'),
  anomaly: z.string(),
  variant: z.string(),
  intensity: z.enum(intensities),
  strength: z
    .number()
    .min(0.01)
    .max(100)
    .optional()
    .describe(
      'of an anomaly of the whole shop, z in place of the range of its intensity; of others, a factor on the size of that intensity',
    ),
  onset: z
    .enum(['step', 'creeping'])
    .default('step')
    .describe('at full strength from the first moment, or growing to it'),
  at,
  duration: duration.default('random'),
  target,
});

const nearMissSchema = z.strictObject({
  id: lowerCaseName.describe('unique in the file; names the near miss'),
  kind: z.string(),
  at,
  duration: duration.default('random'),
  target,
});

/** A scenario file of version 1: what is written in YAML, defaults filled in. Moments stay as written until a seed resolves them. */
export const scenarioSchema = z.strictObject({
  version: z.literal(1),
  name: lowerCaseName.describe('names the dataset; by convention the name of the file'),
  description: z.string().min(1),
  seed: z.int().min(0).describe('everything random follows from it'),
  start: start.describe('virtual beginning, a fixed date or time in UTC, from 1970 on'),
  days: z.int().min(1).max(3660).describe('virtual days to run'),
  scale: z.number().positive().max(10_000).default(1).describe('multiplies the customers'),
  partitions: z
    .int()
    .min(1)
    .max(96)
    .default(defaultPartitions)
    .describe('partitions of each topic of the shop; of cqshop-truth there is one'),
  allowOverlap: z.boolean().default(false).describe('let anomalies overlap in time; detection is harder to score then'),
  customers: customersSchema.prefault({}),
  catalogue: catalogueSchema.prefault({}),
  anomalies: z.array(anomalySchema, { error: 'a list; [] for none' }),
  anomaliesPerRun: z
    .int()
    .min(1)
    .optional()
    .describe('how many of the anomalies a run holds: runs of consecutive seeds take them in turn (default: all)'),
  gap: z
    .string()
    .regex(durationPattern, { error: 'a duration such as 90m, 2h30m or 1d' })
    .default('6h')
    .describe('least time between two anomalies if the place of one is drawn'),
  nearMisses: z.array(nearMissSchema).default([]).describe('what resembles an anomaly and must not alarm'),
});

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;

/** A scenario as written, defaults filled in. */
export type Scenario = DeepReadonly<z.infer<typeof scenarioSchema>> & {
  /**
   * By the id of an anomaly or near miss: `<file>:<line>:<column>` of its `at`, for errors about its place in time. Left out where a
   * scenario does not come from a file.
   */
  readonly positions?: ReadonlyMap<string, string>;
};
/** One planned anomaly, `at` and `duration` as written. */
export type PlannedAnomaly = Scenario['anomalies'][number];
/** One planned near miss, `at` and `duration` as written. */
export type PlannedNearMiss = Scenario['nearMisses'][number];
/** `random`, one id or several; drawn by the intervention itself from its own stream. */
export type Target = PlannedAnomaly['target'];
/** Who visits the shop and when, defaults filled in. */
export type CustomerSettings = Scenario['customers'];
/** What the shop sells, defaults filled in. */
export type CatalogueSettings = Scenario['catalogue'];
