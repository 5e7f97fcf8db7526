import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CsvWriter } from '../../../src/data/collector/hashed-file-writer.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('CsvWriter quotes what a reader of CSV would take for the end of a field or a row', () => {
  const path = join(temporaryDirectory(), 'rows.csv');
  const writer = new CsvWriter(path, ['id', 'data']);
  for (const [index, data] of ['plain', 'a,b', 'a"b', 'a\nb', 'a\rb', ''].entries()) writer.row([String(index), data]);
  writer.finish();
  writer.close();
  expect(readFileSync(path, 'utf8')).toBe('id,data\n0,plain\n1,"a,b"\n2,"a""b"\n3,"a\nb"\n4,"a\rb"\n5,\n');
});
