import type { Verb, VerbOfSubjects, Word } from './verb.ts';

/** Every verb, in the order of the help. To add one, add its file in `verbs/` and its entry here. */
export const verbs: readonly (Word | VerbOfSubjects)[] = [
  word('demo', 'the whole idea in some seconds, with a small chart', () => import('./verbs/demo.ts')),
  word('run', 'the main job: simulate, collect, train, detect, evaluate, report', () => import('./verbs/run.ts')),
  word('simulate', 'run the shop through a scenario', () => import('./verbs/simulate.ts')),
  word('collect', 'write the messages of a broker to a dataset', () => import('./verbs/collect.ts')),
  word('import', 'write a series dataset from CSV, JSON, Parquet or logs', () => import('./verbs/import.ts')),
  word('export', 'write the series of a dataset for another benchmark', () => import('./verbs/export.ts')),
  word('train', 'train a detector of an anomaly on a dataset', () => import('./verbs/train.ts')),
  word('detect', 'find an anomaly in a dataset or in Kafka topics', () => import('./verbs/detect.ts')),
  word('evaluate', 'score detectors over many seeds, or the detections in a file', () => import('./verbs/evaluate.ts')),
  {
    name: 'benchmark',
    summary: 'score our detector of series on a public benchmark',
    example: 'cqshop benchmark nab NAB',
    subjects: [word('nab', 'the Numenta Anomaly Benchmark', () => import('./verbs/benchmark/nab.ts'))],
  },
  word('report', 'write the HTML report of a run again', () => import('./verbs/report.ts')),
  word('audit', 'check the quality of a dataset', () => import('./verbs/audit.ts')),
  word('serve', 'run services in a separate process', () => import('./verbs/serve.ts')),
  word('acls', 'print or set the least rights that services need on Kafka', () => import('./verbs/acls.ts')),
  {
    name: 'list',
    summary: 'list scenarios, services, anomalies, near misses or detectors',
    example: 'cqshop list scenarios',
    subjects: [
      word('scenarios', 'the scenarios that can be run by name', () => import('./verbs/list/scenarios.ts')),
      word('services', 'the services of the shop', () => import('./verbs/list/services.ts')),
      word(
        'anomalies',
        'the anomalies that can be injected, with their variants',
        () => import('./verbs/list/anomalies.ts'),
      ),
      word(
        'near-misses',
        'events that resemble an anomaly and must not raise an alarm',
        () => import('./verbs/list/near-misses.ts'),
      ),
      word('detectors', 'learners, baselines and controls, by anomaly', () => import('./verbs/list/detectors.ts')),
    ],
  },
  {
    name: 'show',
    summary: 'show a scenario, message, dataset, anomaly, near miss, detector or service',
    example: 'cqshop show scenario stock-exhaustion',
    subjects: [
      word(
        'scenario',
        'the anomalies and near misses of a scenario, with their times',
        () => import('./verbs/show/scenario.ts'),
      ),
      word('message', 'the causes and consequences of a message in a dataset', () => import('./verbs/show/message.ts')),
      word('dataset', 'what a dataset holds, at a glance', () => import('./verbs/show/dataset.ts')),
      word('anomaly', 'the variants of an anomaly', () => import('./verbs/show/anomaly.ts')),
      word('near-miss', 'what a near miss is, and how long it lasts', () => import('./verbs/show/near-miss.ts')),
      word(
        'detector',
        'the features of a detector, for each of its anomalies',
        () => import('./verbs/show/detector.ts'),
      ),
      word(
        'service',
        'the commands and events of a service, and the services that react',
        () => import('./verbs/show/service.ts'),
      ),
    ],
  },
  word('validate', 'check scenario files', () => import('./verbs/validate.ts')),
  {
    name: 'init',
    summary: 'write a commented file to start from: a scenario, a mapping or a detector',
    example: 'cqshop init scenario my-shop',
    subjects: [
      word('scenario', 'a scenario of your own', () => import('./verbs/init/scenario.ts')),
      word('detector', 'a detector of your own, in Python or JavaScript', () => import('./verbs/init/detector.ts')),
      word('mapping', 'a mapping of JSON messages from another system', () => import('./verbs/init/mapping.ts')),
    ],
  },
  word('completion', 'print a script that completes commands in your shell', () => completion()),
  word('doctor', 'check this machine, the broker and the learning libraries', () => import('./verbs/doctor.ts')),
];

/** Made once. It gets the verbs from here, since its file cannot import the file that names it. */
async function completion(): Promise<{ readonly verb: Verb }> {
  const { completionOf } = await import('./verbs/completion.ts');
  completionVerb ??= completionOf(verbs);
  return { verb: completionVerb };
}

let completionVerb: Verb | undefined;

function word(name: string, summary: string, load: Word['load']): Word {
  return { name, summary, load };
}
