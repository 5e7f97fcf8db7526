import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Tinypool } from 'tinypool';
import { CqshopError } from '../../base/errors.ts';
import type { Reply, TaskInput, TaskName, TaskResult } from './worker.ts';

/** Does tasks on worker threads, as many at a time as the machine has cores. */
export type TaskPool = {
  readonly run: <Name extends TaskName>(name: Name, input: TaskInput<Name>) => Promise<TaskResult<Name>>;
  /** Ends the threads; call it in `finally`. */
  readonly close: () => Promise<void>;
};

/** @param signal aborting lets waiting and running tasks fail with its reason */
export function openTaskPool(signal: AbortSignal, threads = availableParallelism()): TaskPool {
  // Every waiting task listens.
  setMaxListeners(0, signal);
  const pool = new Tinypool({
    // .js once built; the tests run the sources.
    filename: new URL(`./worker${extname(import.meta.url)}`, import.meta.url).href,
    name: 'runTask',
    minThreads: 0,
    maxThreads: threads,
  });
  async function run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskResult<Name>> {
    signal.throwIfAborted();
    const reply: Reply = await pool.run({ name, input }, { signal }).catch(error => {
      signal.throwIfAborted();
      throw error;
    });
    if (reply.status === 'failed') throw new CqshopError(reply.code, reply.message, { details: reply.details });
    // The task of that name returned it.
    return reply.result as TaskResult<Name>;
  }
  return { run, close: () => pool.destroy() };
}
