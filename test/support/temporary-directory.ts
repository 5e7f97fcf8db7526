import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new directory that is gone when the test is over. @param atEnd `afterAll` for one that all tests of a file or a `describe` share */
export function temporaryDirectory(atEnd: (remove: () => void) => void = onTestFinished): string {
  const dir = mkdtempSync(join(tmpdir(), 'cqshop-'));
  atEnd(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
