import { CqshopError, cannot, reasonOf } from '../../base/errors.ts';
import { pluralize } from '../../base/words.ts';

/** Progress of a stage: called when it begins and after each of its jobs. */
export type OnStage = (stage: string, done: number, total: number) => void;

/**
 * Does a job for each of some items, and reports the progress. An expected failure ends the stage at once. A job whose worker died is tried once
 * more; if it dies again, the other jobs are finished first.
 *
 * @throws WORKER_DIED
 * @throws the signal's reason when aborted
 */
export async function stage<Item, Result>(
  name: string,
  items: readonly Item[],
  { onStage, signal }: { readonly onStage: OnStage; readonly signal: AbortSignal },
  job: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  let done = 0;
  const deaths: unknown[] = [];
  onStage(name, 0, items.length);
  const tried = async (item: Item, triesLeft: number): Promise<readonly Result[]> => {
    try {
      return [await job(item)];
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof CqshopError) throw error;
      if (triesLeft > 0) return tried(item, triesLeft - 1);
      deaths.push(error);
      return [];
    }
  };
  const results = await Promise.all(
    items.map(async item => {
      const result = await tried(item, 1);
      done += 1;
      onStage(name, done, items.length);
      return result;
    }),
  );
  const [cause] = deaths;
  if (cause === undefined) return results.flat();
  const reason = reasonOf(cause);
  throw cannot('WORKER_DIED', name)(
    `the worker of ${deaths.length} of ${pluralize(items.length, 'job')} died twice (${reason})`,
    'all to finish',
    cause,
  );
}
