import { basename } from 'node:path';
import { formatMinute } from '../../base/time.ts';
import { pluralize } from '../../base/words.ts';
import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { seriesIn } from '../../data/series/series-in.ts';
import { isSeriesDataset } from '../../data/series/series-manifest.ts';
import { readDetections, readScores } from '../../lab/detectors/detections-file.ts';
import type { Alarm } from '../../lab/detectors/detector.ts';
import { readRunTruth, spanOf } from '../../lab/evaluation/dataset-truth.ts';
import { resultRows } from '../../lab/evaluation/result-rows.ts';
import { scoreDetections } from '../../lab/evaluation/score-detections.ts';
import { seriesRun } from '../../lab/evaluation/series-truth.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { resultsTable } from '../../lab/report/terminal-table.ts';
import type { Io } from '../io.ts';
import { openDataset } from '../open-dataset.ts';
import { watchedRecords } from '../watched-records.ts';

/** `cqshop evaluate --dataset DIR --detections FILE`: scores the detections of any detector. */
export async function evaluateDetections(
  files: {
    readonly anomalies: readonly string[];
    readonly dataset: string;
    readonly detections: string;
    readonly scores: string | undefined;
    readonly from?: number | undefined;
    readonly to?: number | undefined;
  },
  io: Io,
): Promise<number> {
  const dataset = isSeriesDataset(files.dataset) ? undefined : await openDataset(files.dataset, io, files);
  const run =
    dataset === undefined
      ? await seriesRun(seriesIn(files.dataset, { fromMs: files.from, toMs: files.to }))
      : {
          run: basename(dataset.dir),
          records: watchedRecords(dataset, io, 'reading'),
          span: spanOf(dataset),
          truth: await readRunTruth(dataset),
        };
  const { truth } = run;
  const isIn = ({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) =>
    (files.from === undefined && files.to === undefined) || (startMs < run.span.endMs && endMs > run.span.startMs);
  const alarms = readDetections(files.detections).filter(isIn);
  warnOfOthersTime(alarms, { ...run.span, dir: files.dataset }, io);
  if (dataset !== undefined) await warnOfUnknownEntities(alarms, dataset, io);
  const scores = files.scores === undefined ? [] : readScores(files.scores).filter(isIn);
  const { outcomes, unscored } = await scoreDetections(run, alarms, scores, files.anomalies);
  const rows = resultRows(outcomes);
  const labelled = [...new Set(truth.labels.map(({ anomaly }) => anomaly))].sort();
  const searched = new Set(rows.map(({ anomaly }) => anomaly));
  const notSearched = files.anomalies.length > 0 ? [] : labelled.filter(anomaly => !searched.has(anomaly));
  io.result({ dataset: files.dataset, rows, notSearched, unscored }, () => {
    if (rows.length === 0) return 'nothing to score: there are neither labels nor detections';
    const isUnknown = files.anomalies.length === 0 && alarms.length === 0 && scores.length === 0;
    const labelsOf = (anomaly: string) => truth.labels.filter(label => label.anomaly === anomaly).length;
    const named = notSearched.map(anomaly => `${anomaly} (${pluralize(labelsOf(anomaly), 'label')})`).join(', ');
    return [
      resultsTable(rows, caveatsOf(rows), io),
      ...unscored.map(
        ({ anomaly, detector, units }) =>
          `\n${anomaly}, ${detector}: ${pluralize(units, 'positive unit')} without a score, ranked last.`,
      ),
      ...(isUnknown
        ? [
            '',
            'The files have no row, so they do not state which anomaly was searched. Name it: cqshop evaluate ANOMALY --dataset …',
          ]
        : []),
      ...(notSearched.length > 0
        ? ['', `Not searched, as the files have no row of it: ${named}. Name an anomaly to count its labels as missed.`]
        : []),
    ].join('\n');
  });
  return 0;
}

/** How many unknown entities a warning names. */
const namedAtMost = 5;

/** Detections of users and products that the dataset does not have can never be right. */
async function warnOfUnknownEntities(alarms: readonly Alarm[], dataset: Dataset, io: Io): Promise<void> {
  const unknown = { user: new Set<string>(), product: new Set<string>() };
  for (const { entity } of alarms) {
    if (entity.type === 'user' || entity.type === 'product') unknown[entity.type].add(entity.id);
  }
  if (unknown.user.size + unknown.product.size === 0) return;
  for await (const batch of watchedRecords(dataset, io, 'looking for entities')) {
    for (const { userId, productId } of batch) {
      unknown.user.delete(userId);
      unknown.product.delete(productId);
    }
  }
  for (const [type, ids] of Object.entries(unknown)) {
    if (ids.size === 0) continue;
    const named = [...ids].slice(0, namedAtMost).join(', ');
    const more = ids.size > namedAtMost ? `, and ${ids.size - namedAtMost} more` : '';
    io.warn(`${dataset.dir} has no message of ${pluralize(ids.size, type)} that the detections name: ${named}${more}`);
  }
}

/** Detections of another dataset would count as false alarms. */
function warnOfOthersTime(
  alarms: readonly Alarm[],
  { dir, startMs, endMs }: { readonly dir: string; readonly startMs: number; readonly endMs: number },
  io: Io,
): void {
  const outside = alarms.filter(alarm => alarm.endMs <= startMs || alarm.startMs >= endMs).length;
  if (outside === 0) return;
  io.warn(
    `${outside} of ${pluralize(alarms.length, 'detection')} ${outside === 1 ? 'is' : 'are'} outside the time span of ${dir}, ${formatMinute(startMs)} to ${formatMinute(endMs)}`,
  );
}
