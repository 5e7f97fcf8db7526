import { z } from 'zod';
import { entitySchema } from '../../data/dataset/truth.ts';
import { resultRowSchema } from '../evaluation/result-rows.ts';

/** Version of `report-data.json` and `series-report.json`. */
export const reportDataFormat = 1;

const timeMs = z.number().describe('ms since the epoch, UTC');
const counts = z.array(z.number());

/** Counts per window: `channels[i].counts[k]` belongs to the window that begins at startMs + k × stepMinutes; null where there is no sample. */
const seriesSchema = z.object({
  startMs: timeMs,
  stepMinutes: z.number().positive(),
  unit: z.string().optional().describe('what is drawn; absent for messages'),
  channels: z
    .array(z.object({ name: z.string(), counts: z.array(z.number().nullable()) }))
    .describe('`total` first, then a channel a service'),
});

const interventionSchema = z.object({
  id: z.string(),
  kind: z.string().describe('the anomaly, or the kind of near miss'),
  variant: z.string(),
  intensity: z.string(),
  entities: z.array(entitySchema).describe('the first of them'),
  entityCount: z.int(),
  startMs: timeMs.describe('root cause begins'),
  endMs: timeMs.describe('root cause ends'),
  effectEndMs: timeMs,
});

const alarmSchema = z.object({
  startMs: timeMs,
  endMs: timeMs,
  detectedAtMs: timeMs,
  entity: entitySchema,
  incident: z.int().describe('alarms that overlap and share an entity have the same number'),
  score: z.number(),
  threshold: z.number(),
  evidence: z.string(),
  labels: z.array(z.string()).describe('ids of the labels it is right about; none: a false alarm'),
  nearMisses: z.array(z.string()).describe('ids of the near misses that a false alarm fell for'),
});

/** Parallel arrays per channel; null where there was no forecast, as in the first days. */
const forecastSchema = z.object({
  startMs: timeMs,
  stepMinutes: z.number().positive(),
  channels: z.array(
    z.object({
      name: z.string(),
      actual: z.array(z.number().nullable()),
      forecast: z.array(z.number().nullable()),
      low: z.array(z.number().nullable()),
      high: z.array(z.number().nullable()),
    }),
  ),
});

/** The highest score of each window, over all units; null where none was scored. */
const scoreLineSchema = z.object({
  startMs: timeMs,
  stepMinutes: z.number().positive(),
  values: z.array(z.number().nullable()),
});

/** Units by score, in bins of equal width over [low, high]. */
const scoresSchema = z.object({
  low: z.number(),
  high: z.number(),
  isLogarithmic: z.boolean().exactOptional().describe('true if the bins are of equal ratio instead'),
  isCut: z.boolean().describe('true if the last bin also holds scores above `high`'),
  negatives: counts,
  positives: counts,
});

/** Messages, each caused by the one before it, and how many there were of the kind. */
const chainSchema = z.object({
  messages: z.int().describe('messages about the entities while the alarm was on'),
  caused: z.int().describe('how many of them the anomaly caused directly'),
  leftOut: z.int().describe('messages in the middle of the chain that are not shown'),
  missingCause: z.string().optional().describe('id of the cause of the first message, which came earlier'),
  chain: z.array(
    z.object({
      timeMs,
      id: z.string(),
      kind: z.enum(['command', 'event']),
      type: z.string(),
      source: z.string(),
      key: z.string(),
      label: z.string().optional().describe('the label that it is directly caused by'),
    }),
  ),
});

/** How the trees decided about the unit of an incident with the highest score. */
const decisionSchema = z.object({
  votes: z.array(z.number()).describe('the probability that each tree gives, highest first; the score is their mean'),
  trees: z
    .array(
      z.object({
        questions: z.array(z.object({ phrase: z.string(), value: z.number(), threshold: z.number() })),
        units: z.int().describe('training units in the leaf'),
        positives: z.int(),
      }),
    )
    .describe('those with the highest probability, each way once'),
});

const evidenceSchema = z.object({
  incident: z.int(),
  chain: chainSchema.optional(),
  decision: decisionSchema.optional(),
});

/** A decision tree as a report shows it: a question with two branches, or a leaf. */
const treeSchema = z.object({
  units: z.int(),
  positives: z.int(),
  question: z
    .object({
      feature: z.string(),
      phrase: z.string().describe("the feature in words, such as 'units held at once'"),
      threshold: z.number(),
      get below() {
        return treeSchema;
      },
      get atLeast() {
        return treeSchema;
      },
    })
    .exactOptional(),
});

const anomalyReportSchema = z.object({
  anomaly: z.string(),
  learner: z.object({
    id: z.string(),
    description: z.string(),
    library: z.string(),
    windowMinutes: z.number(),
    threshold: z.object({ value: z.number(), note: z.string() }),
  }),
  test: z
    .object({ startMs: timeMs, endMs: timeMs, seed: z.number().optional().describe('absent for data from elsewhere') })
    .describe('the run that the pictures show'),
  isJudged: z.boolean().optional().describe('false where there are no labels: an alarm is neither right nor false'),
  series: seriesSchema,
  labels: z.array(interventionSchema),
  nearMisses: z.array(interventionSchema),
  alarms: z.array(alarmSchema).describe("the learner's, by start"),
  incidents: z.array(evidenceSchema).optional().describe('what is behind each incident'),
  dataset: z.string().optional().describe('where the messages are, as seen from where the run was started'),
  forecast: forecastSchema.optional(),
  scores: scoresSchema.optional(),
  scoreLine: scoreLineSchema.optional(),
  tree: treeSchema.optional(),
});

/** `report-data.json`: all that a report shows of a run. Holds counts, never events. */
export const reportDataSchema = z.object({
  format: z.literal(reportDataFormat),
  run: z.object({
    name: z.string().describe('the folder in results/'),
    command: z.string().describe('the command line that gives the same results again'),
    seed: z.number().describe('the first, if the scenarios have several; each test run has its own'),
    version: z.string(),
    stages: z.array(z.object({ name: z.string(), seconds: z.number() })).describe('how long each stage took'),
  }),
  rows: z.array(resultRowSchema),
  anomalies: z.array(anomalyReportSchema),
});

/** `series-report.json`: all that a report shows of alarms in series. */
export const seriesReportSchema = z.object({
  format: z.literal(reportDataFormat),
  report: anomalyReportSchema,
  rows: z.array(resultRowSchema).describe('empty where there are no labels'),
});

export type SeriesReport = z.infer<typeof seriesReportSchema>;
export type ReportData = z.infer<typeof reportDataSchema>;
export type AnomalyReport = z.infer<typeof anomalyReportSchema>;
export type ReportedIntervention = z.infer<typeof interventionSchema>;
export type ReportedAlarm = z.infer<typeof alarmSchema>;
export type ReportedSeries = z.infer<typeof seriesSchema>;
export type ReportedForecast = z.infer<typeof forecastSchema>;
export type ReportedScores = z.infer<typeof scoresSchema>;
export type ReportedScoreLine = z.infer<typeof scoreLineSchema>;
export type ReportedChain = z.infer<typeof chainSchema>;
export type ReportedDecision = z.infer<typeof decisionSchema>;
export type ReportedTree = z.infer<typeof treeSchema>;
export type ReportedEvidence = z.infer<typeof evidenceSchema>;
