import { BadRows } from '../../base/all-rows.ts';
import { CqshopError, cannot } from '../../base/errors.ts';
import { timeColumns } from '../import/file-columns.ts';
import { MomentReader, whyNoMoment } from '../import/moment-reader.ts';
import { openSource } from '../import/open-source.ts';
import type { SourceFile, SourceRow } from '../import/source-row.ts';
import { TimesInOrder } from '../import/times-in-order.ts';
import { joinedTime, type TimeStyle, yearFirst } from '../import/written-times.ts';
import type { Interval, IntervalOptions } from './interval.ts';

const flags = [['is_anomaly'], ['anomaly'], ['label']];
const usualTimes = [['timestamp'], ['time']];

type Mark = { readonly channel: string; readonly isMarked: boolean; readonly timeMs: number };

/**
 * The intervals of a labelled series: a file of any format with a time and a mark in each row. Marked rows of a channel that follow each other in time are
 * an interval, from the first to the last one. The rows may be in any order.
 *
 * @returns undefined if it is no such file
 * @throws IMPORT_INVALID, LABELS_INVALID about the first bad row, with how many more there are
 */
export async function markedIntervals(
  path: string,
  options: IntervalOptions,
): Promise<readonly Interval[] | undefined> {
  const { time, by } = options;
  const source = await sourceOfRows(path, time === undefined ? [] : timeColumns(time));
  const names = source?.columns ?? source?.columnsOfFirst ?? [];
  const firstOf = (candidates: readonly (readonly string[])[]) =>
    candidates.find(columns => columns.every(name => names.includes(name)));
  const own = time === undefined ? [] : [timeColumns(time, names)];
  const times = firstOf([...own, ...usualTimes]);
  const flag = firstOf(flags);
  if (source === undefined || times === undefined || flag === undefined || firstOf([['start', 'end']]) !== undefined)
    return undefined;
  const channel = firstOf(by === undefined ? [['channel']] : [['channel'], [by]]) ?? [];
  const marks = await marksOf(source, { times, flag, channel }, options);
  return intervalsOf(marks.sort((a, b) => a.timeMs - b.timeMs));
}

/** Undefined if the file has another form of labels, or is damaged. */
async function sourceOfRows(path: string, named: readonly string[]): Promise<SourceFile | undefined> {
  try {
    return await openSource(path, named);
  } catch (error) {
    if (error instanceof CqshopError) return undefined;
    throw error;
  }
}

type Columns = Readonly<Record<'times' | 'flag' | 'channel', readonly string[]>>;

/** Those whose time can be read. @throws LABELS_INVALID when one that is marked has no time */
async function marksOf(
  source: SourceFile,
  { times, flag, channel }: Columns,
  { timezone, dateOrder }: TimeStyle,
): Promise<Mark[]> {
  const reader = new MomentReader(timezone);
  const order = new TimesInOrder(undefined);
  const channels = new Map<string, number>();
  const marks: Mark[] = [];
  const bad = new BadRows();
  const read = ({ line, cells }: SourceRow) => {
    const fails = cannot('LABELS_INVALID', `read ${source.path}, line ${line}`);
    const [mark = '', ...rest] = cells.map(cell => cell?.trim() ?? '');
    if (!/^([01](\.0*)?|true|false)$/i.test(mark)) throw fails(`the mark ${JSON.stringify(mark)} is unknown`, '0 or 1');
    const isMarked = /^(1|true)/i.test(mark);
    const text = (times.length === 1 ? rest[0] : joinedTime(rest.slice(0, times.length))) ?? '';
    const moments = reader.read(yearFirst(text, dateOrder));
    if (moments.length === 0) {
      if (isMarked) throw fails(...whyNoMoment(text, { timezone, dateOrder }));
      return;
    }
    const name = rest[times.length] ?? '';
    const number = channels.get(name) ?? channels.size;
    channels.set(name, number);
    marks.push({ channel: name, isMarked, timeMs: order.resolve(moments, number) });
  };
  let readsOn = true;
  const onBroken = (failure: CqshopError) => {
    readsOn = bad.count(() => {
      throw failure;
    });
  };
  for await (const rows of source.rows([...flag, ...times, ...channel], { onBytes: () => undefined, onBroken })) {
    if (!rows.every(row => bad.count(() => read(row))) || !readsOn) break;
  }
  bad.assertNone();
  return marks;
}

/** @param marks in order of time */
function intervalsOf(marks: readonly Mark[]): readonly Interval[] {
  const intervals: Interval[] = [];
  /** Of each channel the place of its interval that has not ended. */
  const open = new Map<string, number>();
  for (const { channel, isMarked, timeMs } of marks) {
    if (!isMarked) {
      open.delete(channel);
      continue;
    }
    const begun = open.get(channel);
    const first = begun === undefined ? undefined : intervals[begun];
    if (begun !== undefined && first !== undefined) intervals[begun] = { ...first, endMs: timeMs };
    else {
      const interval = { startMs: timeMs, endMs: timeMs, channel: channel || undefined, file: undefined };
      open.set(channel, intervals.push(interval) - 1);
    }
  }
  return intervals;
}
