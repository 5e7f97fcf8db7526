import { join } from 'node:path';
import { detectInSeries } from '../../app/series/detect-series.ts';
import { CqshopError, writing } from '../../base/errors.ts';
import { formatMinute, hourMs } from '../../base/time.ts';
import { makeDirectory } from '../../base/whole-file.ts';
import { pluralize } from '../../base/words.ts';
import { seriesIn } from '../../data/series/series-in.ts';
import { type ScoreRow, scoreWriter, writeDetections } from '../../lab/detectors/detections-file.ts';
import type { Model } from '../../lab/detectors/model.ts';
import { parseParameters } from '../../lab/detectors/parameters.ts';
import { seriesAnomaly, seriesDetectorId } from '../../lab/detectors/series/series-detector.ts';
import { seriesParametersSchema } from '../../lab/detectors/series/series-scorer.ts';
import { resultRows } from '../../lab/evaluation/result-rows.ts';
import { scoreDetections } from '../../lab/evaluation/score-detections.ts';
import { seriesRun } from '../../lab/evaluation/series-truth.ts';
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
  warnOfDifferences(model, modelDir, data.manifest, io);
  writing(`detections to ${out}`, () => makeDirectory(out));
  const scores = scoreWriter(join(out, 'scores.csv'));
  const run = await seriesRun(data);
  const progress = io.progress('detecting');
  const scored: ScoreRow[] = [];
  let done = 0;
  try {
    const { alarms, seasonalFrom } = await detectInSeries(model, data, ({ unit, score }) => {
      io.signal.throwIfAborted();
      const row = { ...unit, score, anomaly: seriesAnomaly, detector: seriesDetectorId };
      scores.push(row);
      if (run.truth.labels.length > 0) scored.push(row);
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
    const isLabelled = run.truth.labels.length > 0;
    const rows = isLabelled ? resultRows((await scoreDetections(run, alarms, scored, [seriesAnomaly])).outcomes) : [];
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

/** @throws MODEL_MISMATCH when the model is about another kind of series */
function warnOfDifferences(
  { description }: Model,
  modelDir: string,
  { kind, channels }: { readonly kind: string; readonly channels: readonly { readonly id: string }[] },
  io: Io,
): void {
  const { kind: known } = parseParameters(seriesDetectorId, seriesParametersSchema, description.parameters);
  if (known !== kind) {
    throw new CqshopError(
      'MODEL_MISMATCH',
      `Cannot use model ${modelDir}: it was trained on ${known}s, the dataset holds ${kind}s, expected a model of ${kind}s`,
    );
  }
  const names = new Set(description.features.names);
  const added = channels.filter(({ id }) => !names.has(id));
  if (added.length === 0) return;
  const what = added.length === 1 ? `channel ${added[0]?.id}` : pluralize(added.length, 'channel');
  io.warn(`${modelDir} has no history of ${what}: judged from what is in the dataset`);
}
