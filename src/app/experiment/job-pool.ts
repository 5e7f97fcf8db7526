import { setMaxListeners } from 'node:events';
import { availableParallelism, totalmem } from 'node:os';
import { extname } from 'node:path';
import { Tinypool } from 'tinypool';
import { CqshopError } from '../../base/errors.ts';
import type { JobInput, JobName, JobResult, Reply } from './worker.ts';

/** Does jobs on worker threads, several at a time. */
export type JobPool = {
  readonly run: <Name extends JobName>(name: Name, input: JobInput<Name>) => Promise<JobResult<Name>>;
  /** Ends the threads; call it in `finally`. */
  readonly close: () => Promise<void>;
};

/**
 * Young memory of all threads, and of one [MB]; the default is 48 a thread. Runs hold many messages for a while: with the default, a third of a
 * training is garbage collection.
 */
const [youngMb, leastYoungMb] = [768, 96];

/** A thread takes 0.6 to 0.8 GiB; as much again is left to the rest of the machine. */
const bytesPerThread = 1.5 * 2 ** 30;

/** As many threads as there are cores, but no more than memory is there for, and at least one. @param memory [bytes] */
export function threadsFor(cores: number, memory: number): number {
  return Math.max(1, Math.min(cores, Math.floor(memory / bytesPerThread)));
}

/** Memory of the container, or else of the machine [bytes]. @param limit of `constrainedMemory`: 0 or a huge number if there is none */
export function memoryWithin(limit: number | undefined, machine: number): number {
  return limit === undefined || limit === 0 ? machine : Math.min(limit, machine);
}

/** @param signal aborting lets waiting and running jobs fail with its reason */
export function openJobPool(
  signal: AbortSignal,
  threads = threadsFor(availableParallelism(), memoryWithin(process.constrainedMemory(), totalmem())),
): JobPool {
  // Every waiting job listens.
  setMaxListeners(0, signal);
  const pool = new Tinypool({
    // .js once built; the tests run the sources.
    filename: new URL(`./worker${extname(import.meta.url)}`, import.meta.url).href,
    name: 'runJob',
    minThreads: 0,
    // Between two stages a thread has nothing to do. A new one would compile everything again.
    idleTimeout: 60_000,
    maxThreads: threads,
    resourceLimits: { maxYoungGenerationSizeMb: Math.max(leastYoungMb, Math.floor(youngMb / threads)) },
  });
  async function run<Name extends JobName>(name: Name, input: JobInput<Name>): Promise<JobResult<Name>> {
    signal.throwIfAborted();
    const reply: Reply = await pool.run({ name, input }, { signal }).catch(error => {
      signal.throwIfAborted();
      throw error;
    });
    if (reply.status === 'failed') throw new CqshopError(reply.code, reply.message, { details: reply.details });
    // The job of that name returned it.
    return reply.result as JobResult<Name>;
  }
  return { run, close: () => pool.destroy() };
}
