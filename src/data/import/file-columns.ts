import { cannot } from '../../base/errors.ts';
import { expectedWords, nearestWord } from '../../base/words.ts';
import { mostLinesAbove } from './csv-header.ts';
import { type InputFile, nabChannel, nabColumns } from './nab-files.ts';
import type { NumberFormat } from './sample-value.ts';
import { assertUtf8, cannotImport, type SourceFile } from './source-row.ts';
import { isTime, type TimeStyle } from './written-times.ts';

/** What the columns of the files mean, and who watches their reading. */
export type ColumnOptions = NumberFormat &
  TimeStyle & {
    /** Column of the times, or of the date and the clock: `date,clock`; default: `time` of access logs, `timestamp` of the NAB's files. */
    readonly time?: string | undefined;
    /** Column that says how many events a row stands for; without it and `values` each row is one event. */
    readonly count?: string | undefined;
    /** Columns of measurements. */
    readonly values?: readonly string[] | undefined;
    /** Column whose values are channels. */
    readonly by?: string | undefined;
    /** The first row that cannot be read ends the import; default: such rows are left out and counted. */
    readonly strict?: boolean | undefined;
    readonly signal?: AbortSignal;
    readonly onProgress?: (bytes: number, total: number) => void;
  };

/** The columns of one file that are read. */
export type FileColumns = {
  /** What a row is: an event, a count of events, or measurements. */
  readonly mode: 'events' | 'counts' | 'values';
  /** True for a file of the NAB, read as such. */
  readonly isNab: boolean;
  /** One column, or those of the date and the clock. */
  readonly times: readonly string[];
  readonly values: readonly string[];
  /** The channel that the file is; undefined where its columns are, or `by` says. */
  readonly channel: string | undefined;
  /** All of them: times, values, `by`. */
  readonly all: readonly string[];
};

/** @throws USAGE, IMPORT_INVALID when the file has no such columns */
export function fileColumns(
  source: SourceFile,
  { path, channel }: InputFile,
  { time, count, values: measured = [], by }: ColumnOptions,
): FileColumns {
  const isUntold = time === undefined && count === undefined && measured.length === 0;
  const isOfNab =
    [...measured, count ?? 'value'].every(name => name === 'value') && (time ?? 'timestamp') === 'timestamp';
  const hasValue = isUntold || count !== undefined || measured.length > 0;
  const isNab = isOfNab && hasValue && source.columns?.join() === nabColumns.join();
  const named = time ?? (isNab ? 'timestamp' : source.format === 'access log' ? 'time' : noTime(source));
  const times = timeColumns(named, source.columns ?? source.columnsOfFirst);
  const values = isNab && isUntold ? ['value'] : count === undefined ? measured : [count];
  const all = [...times, ...values, ...(by === undefined ? [] : [by])];
  for (const name of all) assertColumn(source, name);
  return {
    mode: count !== undefined ? 'counts' : values.length > 0 ? 'values' : 'events',
    isNab,
    times,
    values,
    channel: channel ?? (isNab && isUntold ? nabChannel(path) : undefined),
    all,
  };
}

/** The column of the times, or those of the date and the clock: `date,clock`. */
export function timeColumns(named: string, columns: readonly string[] = []): readonly string[] {
  const both = named.split(',').map(name => name.trim());
  return both.length === 2 && !columns.includes(named) ? both : [named];
}

function noTime(source: SourceFile): never {
  assertHeader(source);
  const { path, columns } = source;
  const choices = columns === undefined ? '' : ` (columns: ${columns.join(', ')})`;
  throw cannot('USAGE', `import ${path}`)('no column of times is named', `--time COL${choices}`);
}

/** @throws IMPORT_INVALID when the file has no such column, or several */
function assertColumn(source: SourceFile, name: string): void {
  const { path, columns, headerLine: line = 1 } = source;
  const found = columns?.filter(column => column === name).length ?? 1;
  if (found === 1 || columns === undefined) return;
  if (found > 1) throw cannotImport(path, { line })(`it has ${found} columns ${name}`, 'each name once');
  assertHeader(source);
  const fails = cannotImport(path, { line });
  for (const column of columns) assertUtf8(column, fails);
  const [only = ''] = columns;
  if (
    source.format === 'csv' &&
    columns.length === 1 &&
    (only.includes(' ') || nearestWord(name, columns) === undefined)
  )
    throw fails(
      `its only column is ${JSON.stringify(only)}`,
      `a header with column ${name} in the first ${mostLinesAbove} lines, such as time,value`,
    );
  throw fails(`there is no column ${name}`, expectedWords(name, columns) || 'columns that hold one value a row');
}

/** @throws IMPORT_INVALID when the first line of a file is a row */
function assertHeader({ path, columns = [] }: SourceFile): void {
  if (!columns.some(isTime)) return;
  throw cannotImport(path, { line: 1 })('it holds a time and no names of columns', 'a header, such as time,value');
}
