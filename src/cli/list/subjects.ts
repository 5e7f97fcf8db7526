import type { Io } from '../io.ts';
import type { Subject } from '../subjects.ts';

/** Prints every member of a kind. */
export type ListSubject = (io: Io) => Promise<number>;

/** What `cqshop list` can list: add a line here and a file beside it. */
export const listSubjects: readonly Subject<ListSubject>[] = [
  {
    name: 'scenarios',
    summary: 'the scenarios that can be run by name',
    load: async () => (await import('./scenarios.ts')).listScenarios,
  },
  {
    name: 'services',
    summary: 'the services of the shop',
    load: async () => (await import('./services.ts')).listServices,
  },
  {
    name: 'anomalies',
    summary: 'what can be injected, with its variants',
    load: async () => (await import('./anomalies.ts')).listAnomalies,
  },
  {
    name: 'near-misses',
    summary: 'what resembles an anomaly and must not alarm',
    load: async () => (await import('./near-misses.ts')).listNearMisses,
  },
  {
    name: 'detectors',
    summary: 'learners, baselines and controls, by anomaly',
    load: async () => (await import('./detectors.ts')).listDetectors,
  },
];
