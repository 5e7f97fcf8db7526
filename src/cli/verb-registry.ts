import type { Verb } from './verb.ts';

/** A word of the command line: a verb, or a subject of one. Its file is loaded when it is named, so that `--help` is fast. */
export type Word = { readonly name: string; readonly summary: string; readonly load: () => Promise<Verb> };

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
    load: async () => (await import('./verbs/run.ts')).verb,
  },
  {
    name: 'simulate',
    summary: 'run the shop through a scenario',
    load: async () => (await import('./verbs/simulate.ts')).verb,
  },
  {
    name: 'collect',
    summary: 'write the messages of a broker to a dataset',
    load: async () => (await import('./verbs/collect.ts')).verb,
  },
  {
    name: 'train',
    summary: 'train a detector of an anomaly on a dataset',
    load: async () => (await import('./verbs/train.ts')).verb,
  },
  {
    name: 'detect',
    summary: 'find an anomaly in a dataset or in Kafka topics',
    load: async () => (await import('./verbs/detect.ts')).verb,
  },
  {
    name: 'evaluate',
    summary: 'score detectors over many seeds, or the detections in a file',
    load: async () => (await import('./verbs/evaluate.ts')).verb,
  },
  {
    name: 'report',
    summary: 'write the HTML report of a run again',
    load: async () => (await import('./verbs/report.ts')).verb,
  },
  {
    name: 'audit',
    summary: 'check the quality of a dataset',
    load: async () => (await import('./verbs/audit.ts')).verb,
  },
  {
    name: 'serve',
    summary: 'run services in a separate process',
    load: async () => (await import('./verbs/serve.ts')).verb,
  },
  {
    name: 'list',
    summary: 'list scenarios, services, anomalies, near misses or detectors',
    example: 'cqshop list scenarios',
    subjects: [
      {
        name: 'scenarios',
        summary: 'the scenarios that can be run by name',
        load: async () => (await import('./verbs/list/scenarios.ts')).verb,
      },
      {
        name: 'services',
        summary: 'the services of the shop',
        load: async () => (await import('./verbs/list/services.ts')).verb,
      },
      {
        name: 'anomalies',
        summary: 'the anomalies that can be injected, with their variants',
        load: async () => (await import('./verbs/list/anomalies.ts')).verb,
      },
      {
        name: 'near-misses',
        summary: 'events that resemble an anomaly and must not raise an alarm',
        load: async () => (await import('./verbs/list/near-misses.ts')).verb,
      },
      {
        name: 'detectors',
        summary: 'learners, baselines and controls, by anomaly',
        load: async () => (await import('./verbs/list/detectors.ts')).verb,
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
        load: async () => (await import('./verbs/show/scenario.ts')).verb,
      },
      {
        name: 'message',
        summary: 'the causes and consequences of a message in a dataset',
        load: async () => (await import('./verbs/show/message.ts')).verb,
      },
      {
        name: 'anomaly',
        summary: 'the variants of an anomaly',
        load: async () => (await import('./verbs/show/anomaly.ts')).verb,
      },
      {
        name: 'near-miss',
        summary: 'what a near miss is, and how long it lasts',
        load: async () => (await import('./verbs/show/near-miss.ts')).verb,
      },
      {
        name: 'detector',
        summary: 'the features of a detector, for each of its anomalies',
        load: async () => (await import('./verbs/show/detector.ts')).verb,
      },
      {
        name: 'service',
        summary: 'the commands and events of a service, and the services that react',
        load: async () => (await import('./verbs/show/service.ts')).verb,
      },
    ],
  },
  {
    name: 'validate',
    summary: 'check scenario files',
    load: async () => (await import('./verbs/validate.ts')).verb,
  },
  {
    name: 'doctor',
    summary: 'check this machine, the broker and the learning libraries',
    load: async () => (await import('./verbs/doctor.ts')).verb,
  },
];
