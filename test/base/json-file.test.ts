import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { CqshopError } from '../../src/base/errors.ts';
import { type JsonFileErrors, readJsonFile } from '../../src/base/json-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const dir = temporaryDirectory(afterAll);

const schema = z.object({ format: z.literal(2), seeds: z.array(z.int()) });
const errors: JsonFileErrors = { code: 'GATE_INVALID', what: 'gate', expected: 'a gate', remedy: 'make it again' };

/** @returns the value, or the message of the error with DIR for the directory */
function read(content: string | undefined, more: Partial<JsonFileErrors> = {}): unknown {
  const path = join(dir, 'gate.json');
  rmSync(path, { recursive: true, force: true });
  if (content !== undefined) writeFileSync(path, content);
  try {
    return readJsonFile(path, schema, { ...errors, ...more });
  } catch (error) {
    if (!(error instanceof CqshopError)) throw error;
    return `${error.code} ${error.message.replaceAll(dir, 'DIR')}`;
  }
}

test.each([
  ['{"format":2,"seeds":[1]}', { format: 2, seeds: [1] }],
  [undefined, 'there is no such file, expected a gate; make it again'],
  ['{\n"format":2,\n"seeds":[1', ', line 3: it is not JSON, expected a gate; make it again'],
  ['\uFEFF{"format":2,"seeds":[1]}', { format: 2, seeds: [1] }],
  ['{"format":2,"seeds":[1,"x"]}', 'seeds[1] is "x", expected a number; make it again'],
  ['{"format":2,"seeds":["x",1,"y","z"]}', 'seeds[0] is "x", expected a number (and 2 more mistakes); make it again'],
  ['{"seeds":[1]}', 'there is no format, expected 2; make it again'],
  ['{"format":1}', 'format is 1, expected 2; another version of cqshop wrote it; make it again'],
  ['', 'it is empty, expected a gate; make it again'],
  ['7', 'it is 7, expected keys with values; make it again'],
])('readJsonFile: %s', (content, expected) => {
  const found = read(content);
  if (typeof expected === 'string') expect(found).toMatch(/^GATE_INVALID Cannot read gate DIR\/gate\.json/);
  if (typeof expected === 'string') expect(found).toContain(expected);
  else expect(found).toEqual(expected);
});

test('readJsonFile: a file that cannot be read has an error of its own where the caller gives one', () => {
  const unreadable = (found: string) => new CqshopError('MODEL_NOT_FOUND', found);
  expect(read(undefined, { unreadable })).toBe('MODEL_NOT_FOUND there is no such file');
});
