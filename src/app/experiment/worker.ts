import { CqshopError, type ErrorCode } from '../../base/errors.ts';
import { collectAndScore } from './collect-and-score.ts';
import { scoreExternal, tallyExternal } from './external/judge-scores.ts';
import {
  probeModels,
  recordDataset,
  recordRun,
  recordUnits,
  scoreSimulated,
  tallySimulated,
  trainOnUnits,
} from './jobs.ts';

const jobs = {
  probeModels,
  recordRun,
  recordDataset,
  recordUnits,
  trainOnUnits,
  tallySimulated,
  scoreSimulated,
  collectAndScore,
  tallyExternal,
  scoreExternal,
};

export type JobName = keyof typeof jobs;
export type JobInput<Name extends JobName> = Parameters<(typeof jobs)[Name]>[0];
export type JobResult<Name extends JobName> = Awaited<ReturnType<(typeof jobs)[Name]>>;

/** What a worker returns. An error would lose its class on the way, so an expected error travels as data. */
export type Reply =
  | { readonly status: 'done'; readonly result: unknown }
  | {
      readonly status: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    };

/** The entry of a worker thread, which tinypool calls by its name. @public */
export async function runJob({ name, input }: { readonly name: JobName; readonly input: never }): Promise<Reply> {
  try {
    return { status: 'done', result: await jobs[name](input) };
  } catch (error) {
    if (!(error instanceof CqshopError)) throw error;
    const { code, message, details } = error;
    return { status: 'failed', code, message, details };
  }
}
