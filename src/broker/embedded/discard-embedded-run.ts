import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writing } from '../../base/errors.ts';
import { Topics } from '../topics.ts';

/** Deletes what the topics of one run hold; other prefixes' topics in the directory stay. @throws WRITE_FAILED */
export function discardEmbeddedRun(
  dir: string,
  run: { readonly topics: Iterable<string>; readonly topicPrefix: string },
): void {
  const place = new Topics(run.topicPrefix);
  writing(`embedded broker ${dir}`, () => {
    for (const name of run.topics) rmSync(join(dir, place.full(name)), { recursive: true, force: true });
  });
}
