import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFailure } from '../../base/write-failure.ts';

/** Deletes what the topics of one run hold; other prefixes' topics in the directory stay. @throws WRITE_FAILED */
export function discardEmbeddedRun(
  dir: string,
  run: { readonly topics: Iterable<string>; readonly topicPrefix: string },
): void {
  try {
    for (const topic of run.topics) rmSync(join(dir, run.topicPrefix + topic), { recursive: true, force: true });
  } catch (cause) {
    throw writeFailure(`embedded broker ${dir}`, cause);
  }
}
