import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { cannot } from '../base/errors.ts';
import { jsonIn } from '../base/json-file.ts';
import { openWhole, type WholeDirectory } from '../base/whole-directory.ts';

/**
 * Starts new results and locks their directory for this process.
 *
 * @param out without a slash at its end
 * @param options.command makes these results: earlier ones of the same command are replaced
 * @param options.overwrite replaces those of any other command too
 * @throws LOCKED when another process makes results there, USAGE when the directory holds something else, WRITE_FAILED
 */
export function openResults(
  out: string,
  options: { readonly command: string; readonly overwrite: boolean },
): WholeDirectory {
  const check = () => {
    assertOwnResults(out);
    if (!options.overwrite) assertReplaceable(out, options.command);
  };
  return openWhole(out, { what: `results ${out}`, work: 'making results', check });
}

/** Only results may be replaced, no other files of the user. @throws USAGE */
function assertOwnResults(out: string): void {
  if (!existsSync(out) || existsSync(`${out}/results.json`)) return;
  const isDirectory = statSync(out).isDirectory();
  if (isDirectory && readdirSync(out).length === 0) return;
  const found = isDirectory ? 'it holds other files' : 'it is a file';
  throw cannot('USAGE', `write results to ${out}`)(found, 'earlier results, an empty directory or a new one');
}

/** @throws USAGE when there are results of another command than the one that is about to write its own */
export function assertReplaceable(out: string, command: string): void {
  const path = `${out}/results.json`;
  if (!existsSync(path)) return;
  const earlier = commandIn(path);
  if (earlier === command) return;
  const whose = earlier === undefined ? 'an unknown command' : `"${earlier}"`;
  throw cannot('USAGE', `write results to ${out}`)(`it holds the results of ${whose}`, '--overwrite to replace them');
}

const madeBySchema = z.object({ command: z.string() });

/** undefined if the file does not state it. */
function commandIn(path: string): string | undefined {
  return madeBySchema.safeParse(jsonIn(readFileSync(path, 'utf8'))).data?.command;
}
