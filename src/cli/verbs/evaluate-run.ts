import { basename } from 'node:path';
import { readDataset } from '../../dataset/read-dataset.ts';
import { readDetections, readScores } from '../../detectors/detections-file.ts';
import { detectorsFor } from '../../detectors/registry.ts';
import { CqshopError } from '../../errors.ts';
import { readRunTruth, spanOf } from '../../evaluation/dataset-truth.ts';
import { resultRows } from '../../evaluation/result-rows.ts';
import { scoreDetections } from '../../evaluation/score-detections.ts';
import type { ValuesOf } from '../options.ts';
import { resultsTable } from '../results-table.ts';
import type { RunVerb } from '../verb.ts';
import { watchedRecords } from '../watched-records.ts';
import type { EvaluateFlags } from './evaluate.ts';

/** `cqshop evaluate`. */
export const evaluateRun: RunVerb<ValuesOf<EvaluateFlags>> = async ({ arguments: anomalies, options }, io) => {
  for (const anomaly of anomalies) detectorsFor(anomaly);
  if (options.dataset === undefined || options.detections === undefined) {
    const missing = options.dataset === undefined ? '--dataset DIR' : '--detections FILE';
    throw new CqshopError('USAGE', `Cannot evaluate: ${missing} is missing, expected --dataset DIR --detections FILE`);
  }
  const dataset = await readDataset(options.dataset);
  const run = {
    run: basename(dataset.dir),
    records: watchedRecords(dataset, io, 'reading'),
    span: spanOf(dataset),
    truth: await readRunTruth(dataset),
  };
  const scores = options.scores === undefined ? [] : readScores(options.scores);
  const rows = resultRows(await scoreDetections(run, readDetections(options.detections), scores, anomalies));
  io.result({ dataset: dataset.dir, rows }, () =>
    rows.length === 0 ? 'nothing to score: neither labels nor detections' : resultsTable(rows),
  );
  return 0;
};
