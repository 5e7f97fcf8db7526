import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { formatTable } from '../../../../src/lab/report/terminal/table.ts';
import { wrapText } from '../../../../src/lab/report/terminal/wrap-text.ts';
import { runCommand } from '../../../support/fake-host.ts';

const rows = [
  ['one', 1, 'few words'],
  ['a-name', 22, 'so many words that they do not fit'],
];

test('formatTable wraps the last column between words where a width is given', () => {
  expect(formatTable(['name', 'n', 'description'], rows, { width: 38 })).toBe(
    `
name     n  description
one      1  few words
a-name  22  so many words that they do
            not fit`.trimStart(),
  );
  expect(formatTable(['name', 'n', 'description'], rows).split('\n')).toHaveLength(3);
});

test('formatTable puts the last column below each row where too little of a narrow terminal is left for it', () => {
  expect(formatTable(['name', 'n', 'description'], rows, { width: 25 })).toBe(
    `
name     n
    description
one      1
    few words
a-name  22
    so many words that
    they do not fit`.trimStart(),
  );
});

test('formatTable names each cell where not even the other columns fit', () => {
  const wide = [['a-name', '1,022', 44, 'so many words']];
  expect(formatTable(['name', 'messages', 'n', 'description'], wide, { width: 18 })).toBe(
    `
a-name
    messages
    1,022; n 44;
    description so
    many words`.trimStart(),
  );
});

test('wrapText keeps the first indent, and sets another for the lines below', () => {
  expect(wrapText('  one two three', 9, '    ')).toBe('  one two\n    three');
  expect(wrapText('one two three', undefined)).toBe('one two three');
});

test('wrapText keeps a number with its unit', () => {
  expect(wrapText('in the last 66.7 % of 12 days', 16)).toBe('in the last\n66.7 % of\n12 days');
  expect(wrapText('from 3 hams', 8)).toBe('from 3\nhams');
  expect(wrapText('(the last 66.7 %), of all', 17)).toBe('(the last\n66.7 %), of all');
});

const looks = [
  ...['scenarios', 'anomalies', 'near-misses', 'detectors', 'services'].map(what => ['list', what]),
  ...['scenario stock-exhaustion', 'anomaly price-error', 'near-miss bulk-buyer', 'service warehouse'].map(what => [
    'show',
    ...what.split(' '),
  ]),
  ...['cart', 'lstm'].map(id => ['show', 'detector', id]),
];

describe.each(looks.map(words => [words.join(' '), words] as const))('%s', (_, words) => {
  test.each([40, 60, 80])('fits a terminal of %i columns, and has fewer lines in a pipe', async width => {
    const { exitCode, stdout } = await runCommand(words, undefined, width);
    expect(exitCode).toBe(0);
    const plain = stripVTControlCharacters(stdout).split('\n');
    for (const line of plain) expect(line.length).toBeLessThanOrEqual(width);
    expect((await runCommand(words)).stdout.split('\n').length).toBeLessThan(plain.length);
  });
});
