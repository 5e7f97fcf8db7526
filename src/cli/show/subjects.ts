import type { Io } from '../io.ts';
import type { ValuesOf } from '../options.ts';
import type { Subject } from '../subjects.ts';
import type { ShowFlags } from '../verbs/show.ts';

/** Prints all about one member of a kind. */
export type ShowSubject = (name: string, options: ValuesOf<ShowFlags>, io: Io) => Promise<number>;

/** What `cqshop show` can show: add a line here and a file beside it. */
export const showSubjects: readonly Subject<ShowSubject>[] = [
  {
    name: 'scenario',
    summary: 'what a scenario, by name or file, holds, and when',
    load: async () => (await import('./scenario.ts')).showScenario,
  },
  {
    name: 'message',
    summary: 'causes and consequences of a message, by its id; needs --dataset',
    load: async () => (await import('./message.ts')).showMessage,
  },
  {
    name: 'anomaly',
    summary: 'the variants of an anomaly',
    load: async () => (await import('./anomaly.ts')).showAnomaly,
  },
  {
    name: 'near-miss',
    summary: 'what a near miss is, and how long it lasts',
    load: async () => (await import('./near-miss.ts')).showNearMiss,
  },
  {
    name: 'detector',
    summary: 'what the detectors of a name are given, and for which anomalies',
    load: async () => (await import('./detector.ts')).showDetector,
  },
  {
    name: 'service',
    summary: 'what a service takes and publishes, and who listens',
    load: async () => (await import('./service.ts')).showService,
  },
];
