import { z } from 'zod';
import { fileSchema } from '../dataset/manifest.ts';

/** Version of the files of a series dataset; readers reject any other. */
export const seriesFormat = 1;

/** The columns of `series.csv`, in order. */
export const seriesColumns = ['time', 'channel', 'value'] as const;

/** `manifest.json` of a series dataset, described in docs/formats.md. */
export const seriesManifestSchema = z.object({
  format: z.literal(seriesFormat),
  kind: z
    .enum(['count', 'value'])
    .describe('count: how many in the period that begins at the time; value: a measurement at the time'),
  toolVersion: z.string(),
  sources: z.array(z.string()).describe('names of the files that were imported'),
  timezone: z.string().describe('IANA name of the zone of the local calendar'),
  periodMs: z.int().positive().nullable().describe('of all channels; null where they differ'),
  start: z.iso.datetime().describe('of the first sample'),
  end: z.iso.datetime().describe('one period after the last sample'),
  rows: z.int().positive().describe('of series.csv'),
  labels: z.int().nonnegative(),
  unreadable: z
    .object({ rows: z.int().positive(), first: z.string().describe('which the first was, and why') })
    .optional()
    .describe('rows of the sources that could not be read, and were left out'),
  channels: z.array(
    z.object({
      id: z.string(),
      rows: z.int().positive(),
      missing: z.int().nonnegative().describe('rows of the source without a value'),
      periodMs: z.int().positive().nullable().describe('median time between two samples; null where there is one only'),
      isRegular: z.boolean().describe('true if nine steps of ten are within a quarter of the period'),
      start: z.iso.datetime(),
      end: z.iso.datetime(),
    }),
  ),
  gaps: z.array(
    z.object({
      channel: z.string(),
      start: z.iso.datetime().describe('when the first missing sample was due'),
      end: z.iso.datetime().describe('of the next sample'),
    }),
  ),
  files: z.object({ 'series.csv': fileSchema, 'labels.jsonl': fileSchema.optional() }),
});

/** `manifest.json` of a series dataset. Nothing in it depends on where or when it was imported. */
export type SeriesManifest = z.infer<typeof seriesManifestSchema>;
export type Gap = SeriesManifest['gaps'][number];
