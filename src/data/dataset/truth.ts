import { z } from 'zod';
import type { Span } from '../../base/time.ts';

/** The things that a label is about. */
export const entitySchema = z.object({
  type: z.enum(['user', 'product', 'service', 'shop', 'channel']),
  id: z.string(),
});

/** One line of `labels.jsonl`, or, for what must not alarm, of `near_misses.jsonl`. */
export const labelSchema = z.object({
  id: z.string().describe('unique in the dataset'),
  anomaly: z.string().describe('the anomaly, or the kind of near miss'),
  variant: z.string(),
  intensity: z.string(),
  taxonomy: z.string().describe('the name that the field gives it, such as OWASP OAT-021'),
  target: z.string(),
  entities: z.array(entitySchema),
  start: z.iso.datetime().describe('root cause begins'),
  end: z.iso.datetime().describe('root cause ends'),
  effect_start: z.iso.datetime(),
  effect_end: z.iso.datetime(),
  parameters: z.record(z.string(), z.unknown()).describe('what was requested'),
  receipt: z.record(z.string(), z.unknown()).describe('what was observed'),
  degraded: z.literal(true).optional().describe('of a live run that was too slow for its customers'),
});

/** How a message depends on an anomaly: by the chain of causation, or, known from a twin run only, by existing with or without it. */
export const relationSchema = z.enum(['direct', 'effect', 'prevented']);

/** One row of `caused.csv`. */
export const causedSchema = z.object({ message_id: z.string(), label_id: z.string(), relation: relationSchema });

export type Entity = z.infer<typeof entitySchema>;
export type Label = z.infer<typeof labelSchema>;
export type Relation = z.infer<typeof relationSchema>;

/** The entity of what is about the whole shop. */
export const wholeShop: Entity = { type: 'shop', id: 'shop' };

/** From the beginning of the cause to its end. */
export function spanOfLabel({ start, end }: Pick<Label, 'start' | 'end'>): Span {
  return { startMs: Date.parse(start), endMs: Date.parse(end) };
}

/** From the beginning of the cause to its last effect, which belongs to it. */
export function spanOfEffect({ start, effect_end }: Pick<Label, 'start' | 'effect_end'>): Span {
  return { startMs: Date.parse(start), endMs: Date.parse(effect_end) };
}

/** Which label a message belongs to, and how. */
export type CausedBy = { readonly labelId: string; readonly relation: Relation };

/** How late a live run was, in virtual time. */
export const runLagSchema = z.object({
  mostMs: z.number().describe('the longest delay of an act'),
  meanMs: z.number().describe('the mean delay of an act'),
  answerMedianMs: z.number().describe('from a command to its handling, median'),
  answerHighMs: z.number().describe('the same, 95 %'),
});
export type RunLag = z.infer<typeof runLagSchema>;

/** How many messages of each relation a label has, by the label's id. */
export type CausedCounts = ReadonlyMap<string, Readonly<Record<Relation, number>>>;

/** What the simulation writes to the truth topic: the payload of each message there, by the message's type. */
export const truthSchemas = {
  /** First message of a run. */
  RunStarted: z.object({
    scenario: z.string(),
    scenarioHash: z
      .string()
      .describe(
        'SHA-256 of the scenario as written, defaults and flags filled in, before anything is drawn; hexadecimal',
      ),
    scenarioFile: z.string().optional().describe('the name of its file, if it was given by that'),
    scale: z.number().positive().optional().describe('if it was given by --scale'),
    seed: z.number(),
    start: z.iso.datetime(),
    end: z.iso.datetime(),
    days: z.number(),
    withoutAnomalies: z.boolean(),
    twin: z.boolean(),
    toolVersion: z.string(),
  }),
  /** A message that an anomaly's actor or act published: everything that it causes is `direct`. */
  CausalRootDeclared: z.object({ messageId: z.string(), labelId: z.string() }),
  /** Only from a twin run. */
  TwinDifferenceFound: z.object({
    messageId: z.string(),
    labelId: z.string(),
    relation: z.enum(['effect', 'prevented']),
  }),
  LabelDeclared: labelSchema,
  NearMissDeclared: labelSchema,
  /** Last message of a run; a run without it was cut off. `messages` counts all topics but the truth's. */
  RunFinished: z.object({
    messages: z.number(),
    byTopic: z
      .record(z.string(), z.int().nonnegative())
      .optional()
      .describe('the same by topic, of a live run: other programs may have written to its topics'),
    degraded: z.literal(true).optional().describe('a live run was too slow for its customers'),
    lag: runLagSchema.optional().describe('of a live run that was too slow'),
  }),
} as const;

export type TruthType = keyof typeof truthSchemas;
export type Truth<Type extends TruthType> = z.infer<(typeof truthSchemas)[Type]>;

/** True for a type that messages of the truth topic have. */
export function isTruthType(type: string): type is TruthType {
  return Object.hasOwn(truthSchemas, type);
}
