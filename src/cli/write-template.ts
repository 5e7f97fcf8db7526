import { existsSync } from 'node:fs';
import { cannot } from '../base/errors.ts';
import { writeOut } from '../base/whole-file.ts';

/**
 * Writes a template to NAME.yaml, or to NAME where it is a YAML file already; returns the path.
 *
 * @throws USAGE when the file is there
 * @throws WRITE_FAILED
 */
export function writeTemplate(name: string, template: (name: string) => string): string {
  const path = /\.ya?ml$/.test(name) ? name : `${name}.yaml`;
  writeNew(path, template(path));
  return path;
}

/** Writes a file that is not there yet. @throws USAGE when it is there, WRITE_FAILED */
export function writeNew(path: string, text: string): void {
  if (existsSync(path)) throw cannot('USAGE', `write ${path}`)('it is there already', 'a new name');
  writeOut(path, text);
}
