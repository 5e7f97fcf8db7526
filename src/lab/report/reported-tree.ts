import { z } from 'zod';

/** A decision tree as a report shows it: a question with two branches, or a leaf. `share` of positives: positives / units. */
export type ReportedTree = {
  readonly units: number;
  readonly positives: number;
  readonly question?: {
    readonly feature: string;
    /** The feature in words, such as 'units held at once'. */
    readonly phrase: string;
    readonly threshold: number;
    /** Units whose value is below the threshold. */
    readonly below: ReportedTree;
    readonly atLeast: ReportedTree;
  };
};

export const reportedTreeSchema: z.ZodType<ReportedTree> = z.object({
  units: z.int(),
  positives: z.int(),
  question: z
    .object({
      feature: z.string(),
      phrase: z.string(),
      threshold: z.number(),
      get below() {
        return reportedTreeSchema;
      },
      get atLeast() {
        return reportedTreeSchema;
      },
    })
    .exactOptional(),
});
