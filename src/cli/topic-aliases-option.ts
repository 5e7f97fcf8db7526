import { CqshopError } from '../base/errors.ts';
import { option, type ParseOption, words } from './options.ts';

const pairs: ParseOption<ReadonlyMap<string, string>> = (value, flag) => {
  const split = words(value, flag).map(word => word.split('='));
  if (split.every(parts => parts.length === 2 && !parts.includes(''))) {
    return new Map(split.map(([name = '', topic = '']) => [name, topic]));
  }
  throw new CqshopError(
    'USAGE',
    `Cannot take ${flag} "${value}": it is no list of names, expected NAME=TOPIC, several separated by commas`,
  );
};

/** For topics that have other names than those that a model was trained on. */
export const topicAliases = option(
  '<pairs>',
  'NAME=TOPIC, separated by commas: count topic NAME as the TOPIC that the model was trained on',
  pairs,
);
