import { accessLogSource, isAccessLog } from './access-log-source.ts';
import { csvSource } from './csv-source.ts';
import { ndjsonSource } from './ndjson-source.ts';
import { cannotImport, type SourceFile } from './source-row.ts';
import { beginningOf, firstBytes } from './text-blocks.ts';

/**
 * Opens a file to import; what it holds says how it is read, not its name.
 *
 * @throws IMPORT_INVALID when it cannot be read or is empty
 */
export async function openSource(path: string): Promise<SourceFile> {
  // Loaded where a file needs it.
  if (firstBytes(path, 4) === 'PAR1') return (await import('./parquet-source.ts')).parquetSource(path);
  const beginning = await beginningOf(path);
  const line = beginning.split(/\r?\n/).find(text => text.trim() !== '');
  if (line === undefined) throw cannotImport(path)('it is empty', 'CSV, NDJSON, Parquet or an access log');
  if (line.trimStart().startsWith('[') && !line.includes(',')) {
    throw cannotImport(path)('it is a JSON list', 'one JSON object a line');
  }
  if (line.trimStart().startsWith('{')) return ndjsonSource(path);
  return isAccessLog(line) ? accessLogSource(path) : csvSource(path, beginning);
}
