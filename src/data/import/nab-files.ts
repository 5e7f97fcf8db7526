import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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

/** The files that are named, and those in the folders that are. @throws IMPORT_INVALID when a folder holds none */
export function inputFiles(paths: readonly string[]): readonly InputFile[] {
  return paths.flatMap((path): readonly InputFile[] => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [{ path, channel: undefined }];
    const root = existsSync(join(path, 'data')) ? join(path, 'data') : path;
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.csv'))
      .sort();
    if (files.length === 0)
      throw cannotImport(path)('it is a folder without CSV files', 'a file, or a folder of the NAB');
    return files.map(name => ({ path: join(root, name), channel: name.slice(0, -'.csv'.length) }));
  });
}

/** The channel of a single file of the NAB: its name. */
export function nabChannel(path: string): string {
  return basename(path).replace(/\.csv(\.gz)?$/, '');
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
  return `/${path}`.endsWith(`/${name}`);
}
