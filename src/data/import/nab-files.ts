import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { statIfThere } from '../../base/stat-if-there.ts';
import { cannotImport } from './source-row.ts';

/** A file to import, with the name of its channel where the file is a channel. */
export type InputFile = {
  readonly path: string;
  /** Undefined for files that are no part of a folder of the NAB. */
  readonly channel: string | undefined;
};

/** The header of each data file of the Numenta Anomaly Benchmark. */
export const nabColumns = ['timestamp', 'value'] as const;
const windowsFile = 'combined_windows.json';
const csvEnding = /\.csv(\.gz)?$/;

/** The files that are named, and those in the folders that are. @throws IMPORT_INVALID when a folder holds none, and for a pipe or a file named twice */
export function inputFiles(paths: readonly string[]): readonly InputFile[] {
  const files = paths.flatMap(filesOf);
  const seen = new Set<string>();
  const twice = files.find(({ path }) => seen.size === seen.add(resolve(path)).size);
  if (twice !== undefined) throw cannotImport(twice.path)('it is named twice', 'each file once');
  return files;
}

function filesOf(path: string): readonly InputFile[] {
  const found = statIfThere(path);
  if (path === '-' || (found !== undefined && !found.isFile() && !found.isDirectory())) {
    throw cannotImport(path)('it is a pipe or a device', 'a file, which is read more than once');
  }
  if (found?.isDirectory() !== true) return [{ path, channel: undefined }];
  const root = existsSync(join(path, 'data')) ? join(path, 'data') : path;
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter(name => csvEnding.test(name) && statSync(join(root, name)).isFile())
    .sort();
  if (files.length === 0)
    throw cannotImport(path)('it is a folder without CSV files', 'a file, or a folder of the NAB');
  return files.map(name => ({ path: join(root, name), channel: name.replace(csvEnding, '') }));
}

/** The channel of a single file of the NAB: its name. */
export function nabChannel(path: string): string {
  return basename(path).replace(csvEnding, '');
}

/** The NAB's windows, in the folder of a path or up to three above it, where the NAB has them. */
export function windowsNear(path: string): string | undefined {
  let dir = path;
  for (let steps = 0; steps < 4; steps++) {
    const found = [join(dir, windowsFile), join(dir, 'labels', windowsFile)].find(candidate => existsSync(candidate));
    if (found !== undefined) return found;
    dir = dirname(dir);
  }
  return undefined;
}

/** True if the NAB's name of a data file, such as `realKnownCause/nyc_taxi.csv`, means this file. */
export function isNabFile(path: string, name: string): boolean {
  const plain = (file: string) => `/${file.replace(/\.gz$/, '')}`;
  return plain(path).endsWith(plain(name));
}
