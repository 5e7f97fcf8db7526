import { rfc3339 } from '../../base/time.ts';
import type { Label } from '../dataset/truth.ts';
import type { Interval, IntervalOptions } from '../series/interval.ts';
import { readIntervals } from '../series/intervals.ts';
import type { ColumnOptions } from './file-columns.ts';
import { isNabFile } from './nab-files.ts';
import type { Reading } from './read-samples.ts';
import { cannotImport, channelName } from './source-row.ts';

/** The anomaly of the labels of series datasets. */
const seriesAnomaly = 'series';

/**
 * The labels of a file of intervals, by start. Those of the NAB's windows that are about other files are left out.
 *
 * @throws LABELS_INVALID, IMPORT_INVALID when a channel is not in the data
 */
export async function importedLabels(
  path: string,
  reading: Reading,
  options: IntervalOptions & Pick<ColumnOptions, 'values'>,
): Promise<readonly Label[]> {
  const { values = [] } = options;
  const intervals = (await readIntervals(path, options))
    .flatMap(interval => channelsOf(interval, { path, values }, reading).map(channels => ({ ...interval, channels })))
    .sort((a, b) => a.startMs - b.startMs);
  return intervals.map(({ startMs, endMs, channels }, index) => ({
    id: `label-${index + 1}`,
    anomaly: seriesAnomaly,
    variant: '',
    intensity: '',
    taxonomy: '',
    target: channels.length === 1 ? (channels[0] ?? '') : 'all channels',
    entities: channels.map(id => ({ type: 'channel' as const, id })),
    start: rfc3339(startMs),
    end: rfc3339(endMs),
    effect_start: rfc3339(startMs),
    effect_end: rfc3339(endMs),
    parameters: {},
    receipt: {},
  }));
}

/** A list of the channels, or an empty list where the interval is about a file that was not imported. */
function channelsOf(
  { channel: written, file }: Interval,
  { path, values }: { readonly path: string; readonly values: readonly string[] },
  { channels, channelsOfFile }: Reading,
): string[][] {
  if (file !== undefined) {
    return [...channelsOfFile].filter(([source]) => isNabFile(source, file)).map(([, names]) => [...names]);
  }
  if (written === undefined) return [[...channels]];
  const channel = channelName(written);
  if (channels.includes(channel)) return [[channel]];
  // With several columns of values, each value of --by has a channel for each of them.
  const parts = values.map(value => channelName(`${written}/${value}`)).filter(name => channels.includes(name));
  if (parts.length === 0) {
    throw cannotImport(path)(`there is no channel ${channel}`, channels.slice(0, 10).join(', '));
  }
  return [parts];
}
