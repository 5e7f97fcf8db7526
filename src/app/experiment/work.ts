import type { JobPool } from './job-pool.ts';
import type { OnStage } from './stage.ts';
import type { WorkCache } from './work-cache.ts';

/** What long work is done with. */
export type Work = {
  readonly pool: JobPool;
  /** Keeps finished pieces, so that the same command goes on where it was cut off. */
  readonly cache: WorkCache;
  readonly onStage: OnStage;
  readonly signal: AbortSignal;
};
