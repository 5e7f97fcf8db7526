import type { Message } from '../../src/broker/message.ts';

/**
 * What could give a message away without its content being looked at: source, type, field set, and the pattern of each value
 * (letters, digits and hexadecimal runs folded). If two sets of messages differ here, their form alone gives them away.
 */
export function patternsOf(message: Message): readonly string[] {
  const { type, source, kind, id, correlationid, causationid, subject } = message;
  return [
    `${type} from ${kind} ${source}`,
    `${type} has ${Object.keys(message.data).sort().join()}`,
    ...Object.entries({ id, correlationid, causationid: causationid === '' ? 'empty' : causationid, subject }).map(
      ([name, value]) => `${type} ${name} ${fold(value)}`,
    ),
    ...Object.entries(message.data).map(([name, value]) => `${type} .${name} ${fold(value)}`),
  ];
}

function fold(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction';
  if (Array.isArray(value)) return `[${[...new Set(value.map(fold))].sort().join()}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, inner]) => `${name}:${fold(inner)}`)
      .sort()
      .join()}}`;
  }
  return String(value)
    .replaceAll(/[0-9a-f]{8,}/g, 'x')
    .replaceAll(/\p{L}+/gu, 'a')
    .replaceAll(/\d+/g, '9')
    .replaceAll(/(a[ .,'-]?)+/g, 'a');
}
