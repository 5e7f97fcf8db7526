import { listSubjects } from '../list/subjects.ts';
import { describeSubjects, findSubject } from '../subjects.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'list',
  summary: `list ${listSubjects.map(({ name }) => name).join(', ')}`,
  description: `Lists what there is of a kind:\n\n${describeSubjects(listSubjects)}`,
  arguments: [{ name: '<subject>', description: 'what to list' }],
  options: {},
  examples: listSubjects.map(({ name }) => `cqshop list ${name}`),
  load: async () => async (input, io) => {
    const list = await findSubject('list', listSubjects, input.arguments[0] ?? '').load();
    return list(io);
  },
});
