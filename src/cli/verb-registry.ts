import type { Verb } from './verb.ts';

/** A word of the command line: a verb, or a subject of one. Its file is loaded when it is named, so that `--help` is fast. */
export type Word = {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly verb: Verb }>;
};

/** A verb that does something else for each of its subjects. */
export type VerbOfSubjects = {
  readonly name: string;
  readonly summary: string;
  readonly subjects: readonly Word[];
  readonly example: string;
};

/** Every verb, in the order of the help. To add one, add its file in `verbs/` and its entry here. */
export const verbs: readonly (Word | VerbOfSubjects)[] = [
  {
    name: 'run',
    summary: 'the main job: simulate, collect, train, detect, evaluate, report',
    load: () => import('./verbs/run.ts'),
  },
  { name: 'simulate', summary: 'run the shop through a scenario', load: () => import('./verbs/simulate.ts') },
  { name: 'collect', summary: 'write the messages of a broker to a dataset', load: () => import('./verbs/collect.ts') },
  { name: 'train', summary: 'train a detector of an anomaly on a dataset', load: () => import('./verbs/train.ts') },
  {
    name: 'detect',
    summary: 'find an anomaly in a dataset or in Kafka topics',
    load: () => import('./verbs/detect.ts'),
  },
  {
    name: 'evaluate',
    summary: 'score detectors over many seeds, or the detections in a file',
    load: () => import('./verbs/evaluate.ts'),
  },
  { name: 'report', summary: 'write the HTML report of a run again', load: () => import('./verbs/report.ts') },
  { name: 'audit', summary: 'check the quality of a dataset', load: () => import('./verbs/audit.ts') },
  { name: 'serve', summary: 'run services in a separate process', load: () => import('./verbs/serve.ts') },
  {
    name: 'list',
    summary: 'list scenarios, services, anomalies, near misses or detectors',
    example: 'cqshop list scenarios',
    subjects: [
      {
        name: 'scenarios',
        summary: 'the scenarios that can be run by name',
        load: () => import('./verbs/list/scenarios.ts'),
      },
      { name: 'services', summary: 'the services of the shop', load: () => import('./verbs/list/services.ts') },
      {
        name: 'anomalies',
        summary: 'the anomalies that can be injected, with their variants',
        load: () => import('./verbs/list/anomalies.ts'),
      },
      {
        name: 'near-misses',
        summary: 'events that resemble an anomaly and must not raise an alarm',
        load: () => import('./verbs/list/near-misses.ts'),
      },
      {
        name: 'detectors',
        summary: 'learners, baselines and controls, by anomaly',
        load: () => import('./verbs/list/detectors.ts'),
      },
    ],
  },
  {
    name: 'show',
    summary: 'show a scenario, message, anomaly, near miss, detector or service',
    example: 'cqshop show scenario stock-exhaustion',
    subjects: [
      {
        name: 'scenario',
        summary: 'the anomalies and near misses of a scenario, with their times',
        load: () => import('./verbs/show/scenario.ts'),
      },
      {
        name: 'message',
        summary: 'the causes and consequences of a message in a dataset',
        load: () => import('./verbs/show/message.ts'),
      },
      { name: 'anomaly', summary: 'the variants of an anomaly', load: () => import('./verbs/show/anomaly.ts') },
      {
        name: 'near-miss',
        summary: 'what a near miss is, and how long it lasts',
        load: () => import('./verbs/show/near-miss.ts'),
      },
      {
        name: 'detector',
        summary: 'the features of a detector, for each of its anomalies',
        load: () => import('./verbs/show/detector.ts'),
      },
      {
        name: 'service',
        summary: 'the commands and events of a service, and the services that react',
        load: () => import('./verbs/show/service.ts'),
      },
    ],
  },
  { name: 'validate', summary: 'check scenario files', load: () => import('./verbs/validate.ts') },
  {
    name: 'doctor',
    summary: 'check this machine, the broker and the learning libraries',
    load: () => import('./verbs/doctor.ts'),
  },
];
