import { rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { cannot, writing } from '../base/errors.ts';
import { makeDirectory } from '../base/whole-file.ts';

/**
 * Checks before long work that a file can be written at its end. Makes its directory, writes FILE.partial there and deletes both again.
 *
 * @param what names the whole that the file is part of, for the message: "results to DIR"
 * @throws WRITE_FAILED
 */
export function checkWritable(path: string, what: string): void {
  writing(what, () => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw cannot('WRITE_FAILED', `write ${what}`)('it is a directory', 'a file');
    }
    const made = makeDirectory(dirname(path));
    writeFileSync(`${path}.partial`, '');
    rmSync(made ?? `${path}.partial`, { recursive: true });
  });
}
