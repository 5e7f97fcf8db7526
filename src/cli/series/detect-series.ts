import { join } from 'node:path';
import { assertSameKind, detectOnSeries } from '../../app/on-series.ts';
import { writing } from '../../base/errors.ts';
import { formatMinute, hourMs } from '../../base/time.ts';
import { makeDirectory } from '../../base/whole-file.ts';
import { pluralize } from '../../base/words.ts';
import { seriesIn } from '../../data/series/series-in.ts';
import { scoreWriter, writeDetections } from '../../lab/detectors/detections-file.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { resultsTable } from '../../lab/report/terminal-table.ts';
import { formatDetected } from '../format-alarm.ts';
import type { Io } from '../io.ts';

type Options = {
  readonly dataset: string;
  readonly model: Model;
  readonly modelDir: string;
  readonly out: string;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

/** `cqshop detect series --dataset DIR` on a series dataset. */
export async function detectSeries({ dataset, model, modelDir, out, from, to }: Options, io: Io): Promise<number> {
  const data = seriesIn(dataset, { fromMs: from, toMs: to });
  const { kind, channels, rows: total } = data.manifest;
  for (const note of assertSameKind(model, modelDir, data)) io.warn(note);
  writing(`detections to ${out}`, () => makeDirectory(out));
  const scores = scoreWriter(join(out, 'scores.csv'));
  const progress = io.progress('detecting');
  let done = 0;
  try {
    const { alarms, rows, seasonalFrom, isLabelled } = await detectOnSeries(model, data, row => {
      io.signal.throwIfAborted();
      scores.push(row);
      done += 1;
      if (done % 10_000 === 0) progress.update(done, total);
    });
    progress.done();
    scores.finish();
    writeDetections(join(out, 'detections.csv'), alarms);
    const late = channels.filter(
      ({ id }) => (seasonalFrom.get(id) ?? Number.POSITIVE_INFINITY) > data.startMs + hourMs,
    );
    if (late.length > 0)
      io.warn(
        lateNote(
          late.map(({ id }) => id),
          seasonalFrom,
          kind,
        ),
      );
    io.result({ out, alarms, rows }, () =>
      [
        ...formatDetected(alarms, { data: dataset, file: join(out, 'detections.csv'), width: io.width }),
        '',
        isLabelled ? resultsTable(rows, caveatsOf(rows), io) : `no label in ${dataset}: nothing to score`,
      ].join('\n'),
    );
    return 0;
  } catch (error) {
    scores.abort();
    throw error;
  } finally {
    progress.done();
  }
}

function lateNote(late: readonly string[], seasonalFrom: ReadonlyMap<string, number>, kind: string): string {
  const [first = ''] = late;
  const from = seasonalFrom.get(first);
  const others = late.length === 1 ? '' : ` and ${pluralize(late.length - 1, 'other channel')}`;
  const until = from === undefined ? 'its whole length' : `the time before ${formatMinute(from)}`;
  return `${first}${others}: ${until} is judged by new extremes of ${kind}s only, since the time of day needs two days of history`;
}
