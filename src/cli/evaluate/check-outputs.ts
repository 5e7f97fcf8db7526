import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cannot, writing } from '../../base/errors.ts';
import { statIfThere } from '../../base/stat-if-there.ts';
import { makeRemovable } from '../../base/whole-file.ts';
import { assertReplaceable } from '../results-directory.ts';
import type { EvaluateOptions } from './evaluate-options.ts';

/** Checks before long work that its results can be written at its end. @throws USAGE, WRITE_FAILED */
export function checkOutputs(
  command: string,
  { out, overwrite, shard, gate, updateGate, junit, markdown }: EvaluateOptions,
): void {
  if (out !== undefined && shard !== undefined) checkWritable(join(out, 'shard.json'), `a shard to ${out}`);
  if (out !== undefined && shard === undefined) {
    if (!overwrite) assertReplaceable(out, command);
    checkWritable(join(out, 'results.json'), `results to ${out}`);
  }
  if (gate !== undefined && updateGate) checkWritable(gate, `gate ${gate}`);
  for (const file of [junit, markdown]) if (file !== undefined) checkWritable(file, file);
}

/**
 * Checks that a file can be written. Makes its directory, writes FILE.partial there and deletes both again.
 *
 * @param what names the whole that the file is part of, for the message: "results to DIR"
 * @throws WRITE_FAILED
 */
function checkWritable(path: string, what: string): void {
  writing(what, () => {
    if (statIfThere(path)?.isDirectory() === true) {
      throw cannot('WRITE_FAILED', `write ${what}`)('it is a directory', 'a file');
    }
    const removeMade = makeRemovable(dirname(path));
    writeFileSync(`${path}.partial`, '');
    rmSync(`${path}.partial`);
    removeMade();
  });
}
