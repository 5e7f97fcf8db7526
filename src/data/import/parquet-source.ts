import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { readFailure } from '../../base/errors.ts';
import { rfc3339 } from '../../base/time.ts';
import { cannotImport, type RowsWatch, type SourceFile, type SourceRow } from './source-row.ts';

/** The pages of a column that a batch touches are decoded whole, so that smaller batches decode most of them several times. */
const rowsPerBatch = 50_000;

/** A Parquet file, read a row group at a time. @throws IMPORT_INVALID when it is none */
export async function parquetSource(path: string): Promise<SourceFile> {
  const { metadata } = await opened(path);
  const columns = topLevel(metadata.schema).map(({ name }) => name);
  return { path, format: 'parquet', columns, rows: (wanted, watch) => parquetRows(path, wanted, watch) };
}

/** The columns that hold one value a row. The schema lists a tree, each group before its children; the first one is the root. */
function topLevel([root, ...elements]: readonly SchemaElement[]): readonly SchemaElement[] {
  const columns: SchemaElement[] = [];
  let inside = 0;
  for (const element of elements) {
    const children = element.num_children ?? 0;
    if (inside > 0) inside -= 1;
    else if (children === 0) columns.push(element);
    inside += children;
  }
  return root === undefined ? [] : columns;
}

async function opened(path: string) {
  try {
    const file = await asyncBufferFromFile(path);
    return { file, metadata: await parquetMetadataAsync(file) };
  } catch (cause) {
    throw cannotImport(path)(readFailure(cause), 'a Parquet file', cause);
  }
}

async function* parquetRows(
  path: string,
  wanted: readonly string[],
  { onBytes }: RowsWatch,
): AsyncGenerator<readonly SourceRow[]> {
  const { file, metadata } = await opened(path);
  const known = topLevel(metadata.schema);
  const elements = wanted.map(name => known.find(element => element.name === name));
  const total = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < total; rowStart += rowsPerBatch) {
    const rowEnd = Math.min(total, rowStart + rowsPerBatch);
    const columns = [...new Set(wanted)];
    const rows = await read(path, { file, metadata, compressors, columns, rowStart, rowEnd });
    yield rows.map((row, index) => ({
      line: rowStart + index + 1,
      cells: wanted.map((name, column) => textOf(row[name], elements[column])),
    }));
    onBytes((file.byteLength * (rowEnd - rowStart)) / total);
  }
}

async function read(path: string, options: Parameters<typeof parquetReadObjects>[0]) {
  try {
    return await parquetReadObjects(options);
  } catch (cause) {
    const rows = `rows ${(options.rowStart ?? 0) + 1} to ${options.rowEnd}`;
    throw cannotImport(path)(`${rows}: ${readFailure(cause)}`, 'a Parquet file that is whole', cause);
  }
}

/** As a CSV file would have it. A time whose column says that it is local has no zone. */
function textOf(value: unknown, element: SchemaElement | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const isDecimal = element?.converted_type === 'DECIMAL' || element?.logical_type?.type === 'DECIMAL';
  // The library multiplies by a power of 10, which leaves 0.24999999999999997 of 0.25.
  if (isDecimal && typeof value === 'number') return value.toFixed(element.scale ?? 0);
  const perMs = clockUnits[element?.converted_type ?? ''] ?? clockUnits[clockUnitOf(element) ?? ''];
  if (perMs !== undefined && !(value instanceof Date)) return clockOf(Number(value) / perMs);
  if (!(value instanceof Date)) return String(value);
  if (Number.isNaN(value.getTime())) return undefined;
  const logical = element?.logical_type;
  const isLocal = logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC;
  const text = rfc3339(value.getTime());
  if (element?.converted_type === 'DATE' || logical?.type === 'DATE') return text.slice(0, 'YYYY-MM-DD'.length);
  return isLocal ? text.slice(0, -1) : text;
}

/** How many make a millisecond, by the names of both kinds of types. */
const clockUnits: Readonly<Record<string, number>> = {
  TIME_MILLIS: 1,
  MILLIS: 1,
  TIME_MICROS: 1e3,
  MICROS: 1e3,
  NANOS: 1e6,
};

/** Of a time of day. */
function clockUnitOf(element: SchemaElement | undefined): string | undefined {
  return element?.logical_type?.type === 'TIME' ? element.logical_type.unit : undefined;
}

/** A time of day [ms since midnight]: 37,800,000 is "10:30:00.000". */
function clockOf(timeMs: number): string {
  return rfc3339(timeMs).slice('YYYY-MM-DDT'.length, -1);
}
