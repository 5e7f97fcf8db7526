import { rangeOptions } from '../open-dataset.ts';
import { duration, externals, integer, positiveInteger, shard, text } from '../option-values.ts';
import { excludes, flag, given, option, repeated, requires, type ValuesOf } from '../options.ts';
import { zone } from '../time-zone.ts';

const gateFile = given('gate', 'no file is named', 'FILE');
const outDirectory = given('out', 'nothing is written', 'DIR');
const externalProgram = given('external', 'there is no program', 'NAME=COMMAND');
const searched = given('dataset', 'there is no dataset', 'DIR');

const ofSeeds = ['dataset', 'merge'];

/** The options of `cqshop evaluate`. */
export const evaluateOptions = {
  seeds: excludes(
    ofSeeds,
    option('<n>', 'runs of each scenario (default: 20, or as many as the gate)', positiveInteger),
  ),
  firstSeed: excludes(ofSeeds, option('<n>', 'the first seed (default: 1, or that of the gate)', integer(0))),
  models: excludes(
    ['merge'],
    option(
      '<dir>',
      'the models in DIR/ANOMALY, baselines in DIR/ANOMALY/others (default: models/ANOMALY, or the models that come with cqshop)',
      text,
    ),
  ),
  reference: excludes(
    ofSeeds,
    flag('also train the reference of each anomaly on the labels of 40 more runs, and score it: what the data permit'),
  ),
  sweep: excludes(
    ofSeeds,
    flag('also measure recall and delay against the strength of anomalies, in one more run of each anomaly and seed'),
  ),
  external: excludes(
    ofSeeds,
    repeated(
      option(
        '<name=command>',
        'also run and score a program of yours (docs/your-detector.md); may be repeated',
        externals,
      ),
    ),
  ),
  externalLabels: requires(externalProgram, flag('give the programs of --external the labels of the training runs')),
  externalTimeout: requires(
    externalProgram,
    option('<duration>', 'time limit of each call of a program (default: 10m)', duration),
  ),
  shard: requires(
    outDirectory,
    excludes(
      [...ofSeeds, 'updateGate', 'junit', 'markdown'],
      option('<i/n>', 'only part I of N of the seeds, for --merge; every part may run on another machine', shard),
    ),
  ),
  merge: excludes(
    ['dataset'],
    flag('the results of the whole evaluation from its parts: the arguments are the directories that --shard wrote'),
  ),
  gate: excludes(['dataset'], option('<file>', 'exit 3 if a figure is below the accepted one in this file', text)),
  updateGate: requires(
    gateFile,
    flag('accept the new figures: rewrite the file of --gate for the evaluated anomalies'),
  ),
  junit: requires(gateFile, option('<file>', 'also write the comparison with the gate as JUnit XML', text)),
  markdown: requires(gateFile, option('<file>', 'append the comparison with the gate to a Markdown file', text)),
  out: excludes(['dataset'], option('<dir>', 'also write results.json, results.csv and report.html there', text)),
  overwrite: requires(outDirectory, flag('replace the results of another command in --out')),
  dataset: option('<dir>', 'instead of seeds: the dataset that was searched', text),
  from: requires(searched, rangeOptions.from),
  to: requires(searched, rangeOptions.to),
  timezone: requires(
    searched,
    option('<zone>', 'zone of times that state none in --detections and --scores, such as Europe/Berlin', zone),
  ),
  detections: option('<file>', 'with --dataset: a detections.csv of any detector', text),
  scores: option(
    '<file>',
    'with --dataset: a scores.csv, for average precision and ROC area; positive units without a row rank last',
    text,
  ),
};

export type EvaluateOptions = ValuesOf<typeof evaluateOptions>;
