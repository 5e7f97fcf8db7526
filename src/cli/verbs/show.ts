import { option, text } from '../options.ts';
import { type Requirement, requires } from '../requires.ts';
import { showSubjects } from '../show/subjects.ts';
import { describeSubjects, findSubject } from '../subjects.ts';
import { defineVerb } from '../verb.ts';

const aMessage: Requirement = {
  // An unknown subject is told as such.
  isMet: ({ arguments: [subject] }) => subject === 'message' || !showSubjects.some(({ name }) => name === subject),
  unmet: 'only a message is in a dataset',
  expected: 'with show message',
};

const options = {
  dataset: requires(aMessage, option('<dir>', 'the dataset that a message is in', text)),
} as const;

export type ShowFlags = typeof options;

export const verb = defineVerb({
  name: 'show',
  summary: `show ${showSubjects.map(({ name }) => `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`).join(', ')}`,
  description: `Shows one of a kind:\n\n${describeSubjects(showSubjects)}`,
  arguments: [
    { name: '<subject>', description: 'the kind' },
    { name: '<name>', description: 'its name or id' },
  ],
  options,
  examples: [
    'cqshop show scenario stock-exhaustion',
    'cqshop show anomaly price-error',
    'cqshop show near-miss flash-sale',
    'cqshop show detector cart',
    'cqshop show service warehouse',
    'cqshop show message 5447a5ae9e0d5794 --dataset datasets/sample',
  ],
  load: async () => async (input, io) => {
    const [subject = '', name = ''] = input.arguments;
    const show = await findSubject('show', showSubjects, subject).load();
    return show(name, input.options, io);
  },
});
