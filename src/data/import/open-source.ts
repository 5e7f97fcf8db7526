import { accessLogSource, isAccessLog } from './access-log-source.ts';
import { csvSource } from './csv-source.ts';
import { jsonListSource, ndjsonSource } from './ndjson-source.ts';
import { cannotImport, type SourceFile } from './source-row.ts';
import { beginningOf, firstBytes } from './text-blocks.ts';

/** What is recognised in order to name it. */
const packings = [
  { magic: 'PK\u0003\u0004', name: 'a ZIP archive, as a spreadsheet in .xlsx is' },
  { magic: '(\u00b5/\u00fd', name: 'packed by zstd' },
  { magic: 'BZh', name: 'packed by bzip2' },
  { magic: '\u00fd7zXZ', name: 'packed by xz' },
];

/**
 * Opens a file to import; what it holds says how it is read, not its name.
 *
 * @param named columns that it should have
 * @throws IMPORT_INVALID when it cannot be read or is empty
 */
export async function openSource(path: string, named: readonly string[]): Promise<SourceFile> {
  const start = firstBytes(path, 6);
  // Loaded where a file needs it.
  if (start.startsWith('PAR1')) return (await import('./parquet-source.ts')).parquetSource(path);
  const packed = packings.find(({ magic }) => start.startsWith(magic));
  if (packed !== undefined) throw cannotImport(path)(`it is ${packed.name}`, 'its content, unpacked or packed by gzip');
  const beginning = await beginningOf(path);
  if (beginning.slice(0, 200).includes('\0'))
    throw cannotImport(path)('it is not text', 'UTF-8, or UTF-16 with a byte order mark, or Parquet');
  const line = beginning.split(/\r?\n/).find(text => text.trim() !== '');
  if (line === undefined) throw cannotImport(path)('it is empty', 'CSV, JSON, Parquet or an access log');
  if (/^\s*\[\s*\{/.test(beginning)) return jsonListSource(path, beginning);
  if (/^\s*\[\s*([["\]]|$)/.test(line))
    throw cannotImport(path)('it is a JSON list of no objects', 'a list of objects, or one object a line');
  if (line.trimStart().startsWith('{')) return ndjsonSource(path, line, beginning);
  // The first line of a log may be damaged.
  return beginning.split(/\r?\n/, 20).some(isAccessLog) ? accessLogSource(path) : csvSource(path, beginning, named);
}
