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
  word('run', 'the main job: simulate, collect, train, detect, evaluate, report', () => import('./verbs/run.ts')),
  word('simulate', 'run the shop through a scenario', () => import('./verbs/simulate.ts')),
  word('collect', 'write the messages of a broker to a dataset', () => import('./verbs/collect.ts')),
  word('train', 'train a detector of an anomaly on a dataset', () => import('./verbs/train.ts')),
  word('detect', 'find an anomaly in a dataset or in Kafka topics', () => import('./verbs/detect.ts')),
  word('evaluate', 'score detectors over many seeds, or the detections in a file', () => import('./verbs/evaluate.ts')),
  word('report', 'write the HTML report of a run again', () => import('./verbs/report.ts')),
  word('audit', 'check the quality of a dataset', () => import('./verbs/audit.ts')),
  word('serve', 'run services in a separate process', () => import('./verbs/serve.ts')),
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
    summary: 'show a scenario, message, anomaly, near miss, detector or service',
    example: 'cqshop show scenario stock-exhaustion',
    subjects: [
      word(
        'scenario',
        'the anomalies and near misses of a scenario, with their times',
        () => import('./verbs/show/scenario.ts'),
      ),
      word('message', 'the causes and consequences of a message in a dataset', () => import('./verbs/show/message.ts')),
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
  word('doctor', 'check this machine, the broker and the learning libraries', () => import('./verbs/doctor.ts')),
];

function word(name: string, summary: string, load: Word['load']): Word {
  return { name, summary, load };
}
