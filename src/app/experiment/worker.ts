import { CqshopError, type ErrorCode } from '../../base/errors.ts';
import { recordDataset, scoreDataset, scoreSimulated, tallySimulated, trainOnDatasets } from './tasks.ts';

const tasks = { recordDataset, trainOnDatasets, tallySimulated, scoreSimulated, scoreDataset };

export type TaskName = keyof typeof tasks;
export type TaskInput<Name extends TaskName> = Parameters<(typeof tasks)[Name]>[0];
export type TaskResult<Name extends TaskName> = Awaited<ReturnType<(typeof tasks)[Name]>>;

/** What comes back from a worker: errors lose their class on the way, so the expected ones travel as data. */
export type Reply =
  | { readonly status: 'done'; readonly result: unknown }
  | {
      readonly status: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    };

/** The entry of a worker thread. */
export async function runTask({ name, input }: { readonly name: TaskName; readonly input: never }): Promise<Reply> {
  try {
    return { status: 'done', result: await tasks[name](input) };
  } catch (error) {
    if (!(error instanceof CqshopError)) throw error;
    const { code, message, details } = error;
    return { status: 'failed', code, message, details };
  }
}
