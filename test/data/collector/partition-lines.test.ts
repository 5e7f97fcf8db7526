import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { expect, test } from 'vitest';
import { dataOf, type Message } from '../../../src/broker/message.ts';
import { lineOf } from '../../../src/broker/message-line.ts';
import { CsvWriter } from '../../../src/data/collector/hashed-file-writer.ts';
import { messageIn, readLines, textOf } from '../../../src/data/collector/partition-lines.ts';
import { rowInDataset, rowsInBroker } from '../../../src/data/collector/row-digest.ts';
import { readEvents } from '../../../src/data/dataset/read-events.ts';
import { type EventRecord, eventColumns } from '../../../src/data/dataset/record.ts';
import { recordOf, rowOf } from '../../../src/data/dataset/record-of.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const long = 300_000;
const ids = { id: 'a', subject: 'ä', correlationid: '', causationid: '' };
const attributes = { kind: 'event', type: 'Said', source: '/test', time: 7, ...ids } as const;
const columns = { userId: ',"data":' };
const cases = [
  ['a short payload', { dataJson: '{"a":"ü"}', columns }],
  ['a long object', { dataJson: `{"a":"${'😀,'.repeat(long)}"}`, columns }],
  ['a long object without anything to quote', { dataJson: `{${' '.repeat(long)}}`, columns }],
  ['a long list', { dataJson: `["${'a'.repeat(long)}"]`, columns }],
  ['a long list of escapes', { dataJson: JSON.stringify(['\\"\n\u0001ü😀'.repeat(long)]), columns }],
  ['a long object on two lines', { dataJson: `{"a":\n"${'a'.repeat(long)}"}`, columns }],
  ['a long payload of cqshop', { dataJson: `{"a":"${'a'.repeat(long)}"}` }],
  ['a long column', { dataJson: '{"a":1}', columns: { userId: 'u'.repeat(long) } }],
  ['another short payload', { dataJson: '{"a":"b"}', columns }],
] as const;

function fileOf(lines: readonly string[]) {
  const path = join(temporaryDirectory(), 'lines.jsonl');
  writeFileSync(path, lines.join(''));
  return { path, bytes: Buffer.byteLength(lines.join('')), topic: 'said', partition: 0, low: 0 };
}

const texts = cases.map(([, { dataJson, ...more }], offset) =>
  lineOf({ offset, attributes: { ...attributes, ...more }, dataJson }),
);

test.each([
  ['with', texts],
  ['without', [...texts.slice(0, -1), texts.at(-1)?.trimEnd() ?? '']],
])('lines are read as they were written, long ones when they are needed, %s a newline at the end', (_with, lines) => {
  const read = [...readLines(fileOf(lines))];
  expect(read.map(({ text }) => typeof text)).toEqual(lines.map(({ length }) => (length > long ? 'object' : 'string')));
  expect(read.map(({ text }) => `${textOf(text)}\n`)).toEqual(texts);
  expect(read.map(({ offset, message }) => [offset, message.time])).toEqual(texts.map((_text, offset) => [offset, 7]));
});

test.each(cases)('%s has the same digest in the dataset and in the broker', async (_what, { dataJson, ...more }) => {
  const path = join(temporaryDirectory(), 'events.csv');
  const message: Message = { ...attributes, ...more, data: dataOf(dataJson) };
  const record = recordOf({ topic: 'said', partition: 0, offset: 3, message });
  writeFileSync(path, stringify([eventColumns, rowOf(record, { dataJson, columns: message.columns })]));
  const found: EventRecord[] = [];
  for await (const records of readEvents(path)) found.push(...records);
  const [read] = found;
  const lines = Buffer.from(lineOf({ offset: 3, attributes: message, dataJson }));
  const [row] = rowsInBroker({ topic: 'said', partition: 0, nextOffset: 4, messages: 1, lines });
  if (read === undefined || row === undefined) throw new TypeError('no row');
  expect(row).toEqual({ topic: 'said', partition: 0, offset: 3, ...rowInDataset(read) });
});

test('a long payload of another program is not parsed again', () => {
  const line = lineOf({ offset: 3, attributes: { ...attributes, columns }, dataJson: `{${'no JSON'.repeat(long)}` });
  const [row] = rowsInBroker({ topic: 'said', partition: 0, nextOffset: 4, messages: 1, lines: Buffer.from(line) });
  expect(row?.fields.at(-1)).toMatch(/^\{no JSON.+…$/);
});

test.each(cases)('%s is written to events.csv as csv-stringify writes it', (_what, { dataJson, ...more }) => {
  const [line] = readLines(fileOf([lineOf({ offset: 0, attributes: { ...attributes, ...more }, dataJson })]));
  if (line === undefined) throw new TypeError('no line');
  const { message, payload, dataJson: held } = messageIn(line);
  expect(message).toMatchObject({ ...attributes, ...more });
  // Only cqshop's own payloads are needed: they hold the columns.
  expect(payload !== undefined).toBe(dataJson.length > long && message.columns !== undefined);
  const write = (add: (writer: CsvWriter) => void) => {
    const writer = new CsvWriter(join(temporaryDirectory(), 'events.csv'), ['id', 'data']);
    add(writer);
    writer.row(['b', '']);
    const digest = writer.finish();
    writer.close();
    return digest;
  };
  const row = message.columns?.userId ?? '';
  const written = write(writer => {
    if (payload === undefined) writer.row([row, held]);
    else writer.longRow([row], payload);
  });
  expect(written).toEqual(write(writer => writer.row([row, dataJson])));
});
