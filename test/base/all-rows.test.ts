import { expect, test } from 'vitest';
import { readAll } from '../../src/base/all-rows.ts';
import { cannot } from '../../src/base/errors.ts';
import { expectCqshopError } from '../support/cqshop-error.ts';

function* rowsUpTo(last: number): Generator<number> {
  for (let row = 1; row <= last; row += 1) yield row;
}

test('readAll: a file that is bad as a whole is not read to its end', async () => {
  let read = 0;
  const refuse = (row: number): number => {
    read += 1;
    throw cannot('LABELS_INVALID', `read row ${row}`)('it is bad', 'a good one');
  };
  const message = 'Cannot read row 1: it is bad, expected a good one (and at least 1,000 more bad rows)';
  await expectCqshopError(() => readAll(rowsUpTo(1_000_000), refuse), 'LABELS_INVALID', message);
  expect(read).toBe(1001);
});

test('readAll: fewer bad rows are all counted, wherever they are', async () => {
  const refuseSome = (row: number): number => {
    if (row % 1000 === 0) throw cannot('LABELS_INVALID', `read row ${row}`)('it is bad', 'a good one');
    return row;
  };
  const message = 'Cannot read row 1000: it is bad, expected a good one (and 999 more bad rows)';
  await expectCqshopError(() => readAll(rowsUpTo(1_000_000), refuseSome), 'LABELS_INVALID', message);
});
