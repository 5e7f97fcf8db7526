import { dateOrders } from '../../data/import/written-times.ts';
import { rangeOptions } from '../open-dataset.ts';
import { duration, externals, integer, positiveInteger, shard, text } from '../option-values.ts';
import { choice, each, flag, given, option, type ValuesOf } from '../options.ts';
import { zone } from '../time-zone.ts';

const gateFile = given('gate', 'no file is named', 'FILE');
const outDirectory = given('out', 'nothing is written', 'DIR');
const ofSeeds = { conflicts: ['dataset', 'merge'] };
const notOfDataset = { conflicts: ['dataset'] };

/** The options of `cqshop evaluate`. */
export const evaluateOptions = {
  ...each(ofSeeds, {
    seeds: option('<n>', 'runs of each scenario (default: 20, or as many as the gate)', positiveInteger),
    firstSeed: option('<n>', 'the first seed (default: 1, or that of the gate)', integer(0)),
  }),
  models: {
    ...option(
      '<dir>',
      'the models in DIR/ANOMALY, baselines in DIR/ANOMALY/others (default: models/ANOMALY, or the models that come with cqshop)',
      text,
    ),
    conflicts: ['merge'],
  },
  ...each(ofSeeds, {
    reference: flag(
      'also train the reference of each anomaly on the labels of 40 more runs, and score it: what the data permit',
    ),
    sweep: flag(
      'also measure recall and delay against the strength of anomalies, in one more run of each anomaly and seed',
    ),
    external: {
      ...option(
        '<name=command>',
        'also run and score a program of yours (docs/your-detector.md); may be repeated',
        externals,
      ),
      isRepeated: true,
    },
  }),
  ...each(
    { need: given('external', 'there is no program', 'NAME=COMMAND') },
    {
      externalLabels: flag('give the programs of --external the labels of the training runs'),
      externalTimeout: option('<duration>', 'time limit of each call of a program (default: 10m)', duration),
    },
  ),
  shard: {
    ...option(
      '<i/n>',
      'evaluate only part I of N of the seeds, for --merge; each part may run on another machine',
      shard,
    ),
    ...{ need: outDirectory, conflicts: [...ofSeeds.conflicts, 'updateGate', 'junit', 'markdown'] },
  },
  ...each(notOfDataset, {
    merge: flag('join the parts of an evaluation: the arguments are the directories that --shard wrote'),
    gate: option('<file>', 'exit 3 if a figure is below the accepted one in this file', text),
  }),
  ...each(
    { need: gateFile },
    {
      updateGate: flag('accept the new figures: rewrite the file of --gate for the evaluated anomalies'),
      junit: option('<file>', 'also write the comparison with the gate as JUnit XML', text),
      markdown: option('<file>', 'append the comparison with the gate to a Markdown file', text),
    },
  ),
  out: {
    ...option(
      '<dir>',
      'also write results.json, results.csv, report.html and, of --sweep, sweep.csv and sweep.md there',
      text,
    ),
    ...notOfDataset,
  },
  overwrite: { ...flag('replace the results of another command in --out'), need: outDirectory },
  dataset: option('<dir>', 'instead of seeds: the dataset that was searched', text),
  ...each(
    { need: given('dataset', 'there is no dataset', 'DIR') },
    {
      ...rangeOptions,
      timezone: option(
        '<zone>',
        'zone of times that state none in --detections and --scores, such as Europe/Berlin',
        zone,
      ),
      dateOrder: choice(
        '<order>',
        'whether the day or the month comes first in the dates of --detections and --scores',
        dateOrders,
      ),
    },
  ),
  detections: option('<file>', 'with --dataset: a detections.csv of any detector', text),
  scores: option(
    '<file>',
    'with --dataset: a scores.csv, for average precision and ROC area; positive units without a row rank last',
    text,
  ),
};

export type EvaluateOptions = ValuesOf<typeof evaluateOptions>;
