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
];
