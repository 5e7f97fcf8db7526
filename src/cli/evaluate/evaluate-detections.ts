import { basename } from 'node:path';
import { dayMs, formatMinute, type Span } from '../../base/time.ts';
import { firstOf, inThousands, pluralize } from '../../base/words.ts';
import { topicsCollected } from '../../data/dataset/dataset-topics.ts';
import { isSeriesDataset } from '../../data/dataset/manifest.ts';
import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { senderOf } from '../../data/dataset/record.ts';
import type { Entity } from '../../data/dataset/truth.ts';
import { type SeriesData, seriesIn } from '../../data/series/series-in.ts';
import type { Alarm } from '../../lab/detectors/detector.ts';
import { readDetections, readScores, unnamedDetector } from '../../lab/detectors/read-detections.ts';
import type { ScoreRow } from '../../lab/detectors/write-detections.ts';
import { readRunTruth, seriesRun, spanOf } from '../../lab/evaluation/dataset-truth.ts';
import { overlappingWindows } from '../../lab/evaluation/overlapping-windows.ts';
import { resultRows } from '../../lab/evaluation/result-rows.ts';
import { scoreDetections } from '../../lab/evaluation/score-detections.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { longAlarmNotes } from '../../lab/report/long-alarms.ts';
import { resultsTable } from '../../lab/report/terminal/results-table.ts';
import { wrapText } from '../../lab/report/terminal/wrap-text.ts';
import type { Io } from '../io.ts';
import { openDataset } from '../open-dataset.ts';
import { watched } from '../watched-records.ts';
import type { EvaluateOptions } from './evaluate-options.ts';
import { oursBeside } from './ours-beside.ts';

/** `cqshop evaluate --dataset DIR --detections FILE`: scores the detections of any detector. */
export async function evaluateDetections(
  files: Pick<EvaluateOptions, 'scores' | 'models' | 'timezone' | 'dateOrder' | 'from' | 'to'> & {
    readonly anomalies: readonly string[];
    readonly dataset: string;
    readonly detections: string;
  },
  io: Io,
): Promise<number> {
  const data = isSeriesDataset(files.dataset)
    ? seriesIn(files.dataset, { fromMs: files.from, toMs: files.to })
    : await openDataset(files.dataset, io, files);
  const run =
    'records' in data
      ? {
          ...{ run: basename(data.dir), span: spanOf(data), truth: await readRunTruth(data) },
          records: watched(data, io, 'reading').records(),
        }
      : await seriesRun(data);
  const { truth } = run;
  const isIn = ({ startMs, endMs }: Span) =>
    (files.from === undefined && files.to === undefined) || (startMs < run.span.endMs && endMs > run.span.startMs);
  const alarms = readDetections(files.detections, files).filter(isIn);
  const scores = files.scores === undefined ? [] : readScores(files.scores, files).filter(isIn);
  warnOfOthersTime({ detection: alarms, score: scores }, { ...run.span, dir: files.dataset }, io);
  for (const { anomaly, detector, windows, overlapping } of overlappingWindows(scores)) {
    io.warn(
      `${inThousands(overlapping)} of ${pluralize(windows, 'window')} of ${detector} in ${files.scores} (${anomaly}) begin before an earlier one of the same entity ends: what lies in both counts twice in average precision and ROC area. Expected windows that do not overlap`,
    );
  }
  warnOfOthersNames(alarms, scores, io);
  await warnOfUnknownEntities([...alarms, ...scores], data, io);
  const { outcomes, unscored } = await scoreDetections(run, alarms, scores, files.anomalies);
  const ours =
    'records' in data
      ? await oursBeside(outcomes, {
          dataset: data,
          run: { ...run, records: watched(data, io, 'running baselines and controls').records() },
          models: files.models,
        })
      : { outcomes: [], models: [] };
  const rows = resultRows([...outcomes, ...ours.outcomes]);
  const labelled = [...new Set(truth.labels.map(({ anomaly }) => anomaly))].sort();
  const searched = new Set(rows.map(({ anomaly }) => anomaly));
  const notSearched = files.anomalies.length > 0 ? [] : labelled.filter(anomaly => !searched.has(anomaly));
  io.result({ dataset: files.dataset, rows, notSearched, unscored }, () => {
    if (rows.length === 0) return 'nothing to score: there are neither labels nor detections';
    const isUnknown = files.anomalies.length === 0 && alarms.length === 0 && scores.length === 0;
    const labelsOf = (anomaly: string) => truth.labels.filter(label => label.anomaly === anomaly).length;
    const named = notSearched.map(anomaly => `${anomaly} (${pluralize(labelsOf(anomaly), 'label')})`).join(', ');
    const note = (text: string) => ['', wrapText(text, io.width, '  ')];
    return [
      resultsTable(rows, [...caveatsOf(rows), ...longAlarmNotes(alarms)], io),
      ...unscored.flatMap(({ anomaly, detector, units }) =>
        note(`${anomaly}, ${detector}: ${pluralize(units, 'positive unit')} without a score, ranked last.`),
      ),
      ...(ours.models.length === 0
        ? []
        : note(`Baselines and controls are those of ${ours.models.join(', ')}, with the thresholds stored there.`)),
      ...(isUnknown
        ? note(
            'The files have no row, so they do not state which anomaly was searched. Name it: cqshop evaluate ANOMALY --dataset …',
          )
        : []),
      ...(notSearched.length > 0
        ? note(`Not searched, as the files have no row of it: ${named}. Name an anomaly to count its labels as missed.`)
        : []),
    ];
  });
  return 0;
}

/** Scores of a detector that has another name in the detections have a row of their own, in which nothing is found. */
function warnOfOthersNames(alarms: readonly Alarm[], scores: readonly ScoreRow[], io: Io): void {
  const namesIn = (rows: readonly Pick<Alarm, 'anomaly' | 'detector'>[], anomaly: string) => [
    ...new Set(rows.filter(row => row.anomaly === anomaly).map(({ detector }) => detector)),
  ];
  for (const anomaly of new Set(scores.map(score => score.anomaly))) {
    const [ofAlarms, ofScores] = [namesIn(alarms, anomaly), namesIn(scores, anomaly)];
    if (ofAlarms.length === 0 || ofScores.some(name => ofAlarms.includes(name))) continue;
    const names = `${firstOf(ofScores, namedAtMost)}, those of its detections ${firstOf(ofAlarms, namedAtMost)}`;
    io.warn(
      `${anomaly}: the detectors of its scores are ${names}, so each has a row of its own. Expected the same names in the column detector; a row without one counts as ${unnamedDetector}`,
    );
  }
}

/** How many unknown entities, or windows, a warning names. */
const namedAtMost = 5;

/** Detections of entities that the dataset does not have can never be right. */
async function warnOfUnknownEntities(
  rows: readonly { readonly entity: Entity }[],
  data: Dataset | SeriesData,
  io: Io,
): Promise<void> {
  const named = (type: Entity['type']) =>
    new Set(rows.flatMap(({ entity }) => (entity.type === type ? [entity.id] : [])));
  const [user, product, service, channel] = [named('user'), named('product'), named('service'), named('channel')];
  const isSeries = !('records' in data);
  // A topic is a channel too.
  for (const id of isSeries ? data.manifest.channels.map(one => one.id) : topicsCollected(data)) channel.delete(id);
  if (!isSeries && user.size + product.size + service.size > 0) {
    for await (const batch of watched(data, io, 'looking for entities').records()) {
      for (const record of batch) {
        user.delete(record.userId);
        product.delete(record.productId);
        service.delete(senderOf(record));
      }
    }
  }
  for (const [type, ids] of Object.entries({ user, product, service, channel })) {
    if (ids.size === 0) continue;
    const entities = `${pluralize(ids.size, type)} that the files name: ${firstOf([...ids], namedAtMost)}`;
    io.warn(`${data.dir} does not have ${entities}`);
  }
}

/** Detections of another time would count as false alarms, each of their days as one. */
function warnOfOthersTime(
  files: Readonly<Record<string, readonly Span[]>>,
  { dir, startMs, endMs }: Span & { readonly dir: string },
  io: Io,
): void {
  for (const [noun, rows] of Object.entries(files)) {
    const warn = (odd: typeof rows, be: readonly [string, string], where: string) => {
      if (odd.length === 0) return;
      const windows = odd.map(row => `${formatMinute(row.startMs)} to ${formatMinute(row.endMs)}`);
      io.warn(
        `${odd.length} of ${pluralize(rows.length, noun)} ${be[odd.length === 1 ? 0 : 1]} ${where} the time span of ${dir}, ${formatMinute(startMs)} to ${formatMinute(endMs)}: ${firstOf([...new Set(windows)], namedAtMost)}`,
      );
    };
    const isOutside = (row: (typeof rows)[number]) => row.endMs <= startMs || row.startMs >= endMs;
    warn(rows.filter(isOutside), ['is', 'are'], 'outside');
    const far = rows.filter(row => !isOutside(row) && (row.startMs < startMs - dayMs || row.endMs > endMs + dayMs));
    warn(far, ['reaches', 'reach'], 'more than a day beyond');
  }
}
