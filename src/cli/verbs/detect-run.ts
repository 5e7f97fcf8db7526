import { basename, join } from 'node:path';
import { CqshopError } from '../../base/errors.ts';
import { makeDirectory } from '../../base/make-directory.ts';
import { pluralize } from '../../base/pluralize.ts';
import { writeFailure } from '../../base/write-failure.ts';
import { assertCountable, countingAs } from '../../lab/detectors/counted-topics.ts';
import { detect, loadedDetector, type WholeStreamSink } from '../../lab/detectors/detect.ts';
import { type ScoreWriter, scoreWriter, writeDetections } from '../../lab/detectors/detections-file.ts';
import type { Alarm } from '../../lab/detectors/detector.ts';
import { startTensorFlow } from '../../lab/detectors/lstm/tensorflow.ts';
import { readModel } from '../../lab/detectors/model-files.ts';
import { detectors, detectorsFor } from '../../lab/detectors/registry.ts';
import { readRunTruth, spanOf } from '../../lab/evaluation/dataset-truth.ts';
import { resultRows } from '../../lab/evaluation/result-rows.ts';
import { scoreRun } from '../../lab/evaluation/score-run.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { formatEntity } from '../../lab/report/format-entity.ts';
import { formatScoreAbove } from '../../lab/report/format-score.ts';
import { resultsTable } from '../../lab/report/terminal-table.ts';
import { topicsCollected } from '../dataset-topics.ts';
import { gapNotes } from '../gap-note.ts';
import { openDataset } from '../open-dataset.ts';
import type { ValuesOf } from '../options.ts';
import { modelDir } from '../shipped-models.ts';
import type { RunVerb } from '../verb.ts';
import { watchedRecords } from '../watched-records.ts';
import type { DetectFlags } from './detect.ts';

/** `cqshop detect`. */
export const detectRun: RunVerb<ValuesOf<DetectFlags>> = async ({ arguments: [anomaly = ''], options }, io) => {
  detectorsFor(anomaly);
  if (options.backend !== 'wasm') await startTensorFlow(options.backend);
  if (options.broker !== undefined) {
    const given = options.dataset !== undefined ? '--dataset' : options.out !== undefined ? '--out' : undefined;
    if (given !== undefined) {
      throw new CqshopError(
        'USAGE',
        `Cannot take ${given} with --broker: what is found goes to a topic, expected one of them`,
      );
    }
    return (await import('./detect-broker-run.ts')).detectBrokerRun(anomaly, options, io);
  }
  if (options.dataset === undefined) {
    throw new CqshopError(
      'USAGE',
      `Cannot detect ${anomaly}: there is nothing to search, expected --dataset DIR or --broker URL`,
    );
  }
  const dir = options.model ?? modelDir(anomaly);
  const model = countingAs(await readModel(dir, detectors, anomaly), dir, options.countAs);
  const dataset = await openDataset(options.dataset, io);
  const names = { model: dir, data: options.dataset };
  for (const note of assertCountable(model, topicsCollected(dataset), names)) io.warn(note);
  const truth = await readRunTruth(dataset);
  const out = options.out ?? `results/detect-${anomaly}`;
  const gaps = gapNotes();
  const scores = openScores(out);
  const { id } = model.detector;
  let scored = 0;
  try {
    const isLabelled = truth.labels.some(label => label.anomaly === anomaly);
    const ready = [await loadedDetector(model)];
    const run = {
      run: basename(dataset.dir),
      records: watchedRecords(dataset, io, 'detecting'),
      span: spanOf(dataset),
      truth,
    };
    const sink: WholeStreamSink = {
      onGap: gaps.onGap,
      onScored: ({ unit, score }) => {
        scores.push({ ...unit, score, anomaly, detector: id });
        scored += 1;
      },
    };
    const { outcomes, alarms } = isLabelled
      ? await scoreRun(ready, run, { ...sink, withPerfect: false })
      : { outcomes: [], ...(await detect(ready, run.records, run.span, sink)) };
    for (const note of gaps.notes()) io.warn(`${options.dataset}: ${note}`);
    if (scored === 0) io.warn(`${id} could score nothing in ${dataset.dir}: that it raised no alarm tells nothing`);
    scores.finish();
    writeDetections(join(out, 'detections.csv'), alarms);
    const rows = resultRows(outcomes);
    io.result({ out, alarms, rows }, () =>
      [
        `${pluralize(alarms.length, 'alarm')} in ${dataset.dir}, written to ${join(out, 'detections.csv')}`,
        ...alarms.map(describeAlarm),
        '',
        isLabelled
          ? resultsTable(rows, caveatsOf(rows), { colours: io.colours })
          : `no label of ${anomaly} in ${dataset.dir}: nothing to score`,
      ].join('\n'),
    );
    return 0;
  } catch (error) {
    scores.abort();
    throw error;
  }
};

function openScores(out: string): ScoreWriter {
  try {
    makeDirectory(out);
  } catch (cause) {
    throw writeFailure(`detections to ${out}`, cause);
  }
  return scoreWriter(join(out, 'scores.csv'));
}

/** "2025-03-04 16:00 - 17:30  user u-12  0.993 (above 0.99)  4 units ... ". */
function describeAlarm(alarm: Alarm): string {
  const { startMs, endMs, entity, evidence } = alarm;
  const start = new Date(startMs).toISOString();
  const end = new Date(endMs).toISOString();
  return `${start.slice(0, 10)} ${start.slice(11, 16)} - ${end.slice(11, 16)}  ${formatEntity(entity)}  ${formatScoreAbove(alarm)}  ${evidence.text}`;
}
