import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { detectInDataset } from '../../app/detect-in-dataset.ts';
import { cannot } from '../../base/errors.ts';
import { shippedUnlessThere } from '../../base/shipped-path.ts';
import { isSeriesDataset } from '../../data/dataset/manifest.ts';
import type { Dataset } from '../../data/dataset/read-dataset.ts';
import { readLabels, readNearMisses } from '../../data/dataset/read-truth.ts';
import { spanOfLabel } from '../../data/dataset/truth.ts';
import { countingAs } from '../../lab/detectors/counted-topics.ts';
import { incidentsOf } from '../../lab/detectors/incidents.ts';
import { startTensorFlow } from '../../lab/detectors/lstm/tensorflow.ts';
import { readModel } from '../../lab/detectors/model-files.ts';
import { detectors, detectorsFor } from '../../lab/detectors/registry.ts';
import { seriesAnomaly } from '../../lab/detectors/series/series-detector.ts';
import { spanOf } from '../../lab/evaluation/dataset-truth.ts';
import { caveatsOf } from '../../lab/report/caveats.ts';
import { longAlarmNotes } from '../../lab/report/long-alarms.ts';
import { eventCounter, terminalEvents } from '../../lab/report/terminal/events.ts';
import { resultsTable } from '../../lab/report/terminal/results-table.ts';
import { wrapText } from '../../lab/report/terminal/wrap-text.ts';
import { backend } from '../backend-option.ts';
import { parseBrokerUrl } from '../broker-url.ts';
import { detectOnTopics, topicOptions } from '../detect/detect-on-topics.ts';
import { type OpenDetections, openDetections } from '../detect/open-detections.ts';
import { formatDetected } from '../format-alarm.ts';
import { openDataset, rangeOptions } from '../open-dataset.ts';
import { pairs, text } from '../option-values.ts';
import { each, flag, option } from '../options.ts';
import { detectOnEmbedded } from '../series/detect-on-embedded.ts';
import { detectSeries } from '../series/detect-series.ts';
import { defineVerb } from '../verb.ts';
import { watched } from '../watched-records.ts';

const notOfTopics = { conflicts: ['broker'] };

/** `cqshop detect`. */
export const verb = defineVerb({
  description:
    'Runs a trained model over a dataset, writes detections.csv and scores.csv, and prints each alarm with its evidence. Where the dataset has labels it prints the score too. With --broker it reads Kafka topics instead and publishes each alarm once to anomaly-detection-events, however often you start it. With --follow it goes on as the topics grow and prints new alarms only. Without --follow it prints all alarms; those that depend on the present end of the topics are not published.',
  arguments: [{ name: '<anomaly>', description: 'the anomaly to detect' }],
  options: {
    ...each(notOfTopics, { dataset: option('<dir>', 'the dataset to search', text) }),
    model: option('<dir>', 'the model (default: models/ANOMALY, or the model that comes with cqshop)', text),
    ...each(notOfTopics, {
      out: option(
        '<dir>',
        'directory of detections.csv, scores.csv and, of a series dataset, report.html (default: results/detect-ANOMALY)',
        text,
      ),
      ...rangeOptions,
      overwrite: flag('replace earlier detections in --out'),
    }),
    backend,
    countAs: option(
      '<pairs>',
      'NAME=TOPIC, separated by commas: count topic NAME as the TOPIC that the model was trained on',
      pairs,
    ),
    ...topicOptions,
  },
  examples: [
    'cqshop detect stock-exhaustion --dataset datasets/sample --out results/sample',
    'cqshop detect price-error --broker kafka://localhost:9092 --follow --json',
    'cqshop detect traffic-intensity --model models/own --broker kafka://localhost:9092 --mapping mapping.yaml --follow',
  ],
  async run({ arguments: [anomaly = ''], options }, io) {
    detectorsFor(anomaly);
    const { broker, countAs } = options;
    if (options.backend !== 'wasm') await startTensorFlow(options.backend);
    const dir = shippedUnlessThere(options.model ?? join('models', anomaly));
    if (options.model === undefined && anomaly === seriesAnomaly && !existsSync(dir)) {
      throw cannot('USAGE', 'detect series')(
        'there is no model in models/series, and none comes with cqshop',
        '--model DIR, which `cqshop train series` wrote',
      );
    }
    const loadModel = async () => countingAs(await readModel(dir, detectors, anomaly), dir, countAs);
    const place = broker === undefined ? undefined : parseBrokerUrl(broker);
    if (anomaly === seriesAnomaly && place?.kind === 'embedded') {
      return detectOnEmbedded({ model: await loadModel(), modelDir: dir }, place.dir, io);
    }
    if (broker !== undefined) return detectOnTopics({ dir, loadModel, countAs }, { ...options, broker }, io);
    if (options.dataset === undefined) {
      throw cannot('USAGE', `detect ${anomaly}`)('there is nothing to search', '--dataset DIR or --broker URL');
    }
    const out = options.out ?? `results/detect-${anomaly}`;
    if (!options.overwrite) assertNoDetections(out);
    const model = await loadModel();
    if (anomaly === seriesAnomaly && isSeriesDataset(options.dataset)) {
      return detectSeries({ ...options, dataset: options.dataset, model, modelDir: dir, out }, io);
    }
    const dataset = watched(await openDataset(options.dataset, io, options), io, 'detecting');
    const events = eventCounter(spanOf(dataset));
    let files: OpenDetections | undefined;
    try {
      const { alarms, rows } = await detectInDataset(
        model,
        { ...dataset, records: () => events.counting(dataset.records()) },
        {
          name: dir,
          onNote: io.warn,
          onStart: () => (files = openDetections(out)),
          onScored: ({ unit, score }) => files?.push({ ...unit, score, anomaly, detector: model.detector.id }),
        },
      );
      const file = files?.finish(alarms) ?? '';
      const incidents = incidentsOf(alarms);
      const beneath = await truthBeneath(dataset, anomaly);
      io.result({ out, alarms, rows }, () => [
        ...formatDetected(alarms, { data: dataset.dir, file, width: io.width }),
        '',
        terminalEvents(events, { ...beneath, alarms: incidents }, io.width),
        '',
        rows.length > 0
          ? resultsTable(rows, [...caveatsOf(rows), ...longAlarmNotes(alarms)], io)
          : wrapText(`no label of ${anomaly} in ${dataset.dir}: nothing to score`, io.width, '  '),
      ]);
      return 0;
    } finally {
      files?.close();
    }
  },
});

async function truthBeneath(dataset: Dataset, anomaly: string) {
  const labels = await readLabels(dataset);
  return {
    anomalies: labels.filter(label => label.anomaly === anomaly).map(spanOfLabel),
    others: labels.filter(label => label.anomaly !== anomaly).map(spanOfLabel),
    nearMisses: (await readNearMisses(dataset)).map(spanOfLabel),
  };
}

/** @throws USAGE when there are earlier results */
function assertNoDetections(dir: string): void {
  if (!existsSync(dir) || !statSync(dir).isDirectory()) return;
  const files = readdirSync(dir, { withFileTypes: true }).filter(entry => entry.isFile());
  const earlier = files.find(({ name }) => ['detections.csv', 'scores.csv', 'results.json'].includes(name))?.name;
  if (earlier === undefined) return;
  throw cannot('USAGE', `write detections to ${dir}`)(
    `it holds ${earlier}`,
    'another directory with --out, or --overwrite to replace earlier detections',
  );
}
