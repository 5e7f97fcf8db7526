import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { type Cannot, cannot, reasonOf } from '../../base/errors.ts';
import { inThousands, pluralize } from '../../base/words.ts';
import { dataOf, type MessageData, type MessageKind } from '../../broker/message.ts';
import type { FileDigest } from './manifest.ts';
import { isPacked } from './packed-events.ts';
import { type EventRecord, eventColumns } from './record.ts';

const blockBytes = 256 * 1024;
const newline = 10;
const quote = 34;

/**
 * Streams `events.csv`, or `events.csv.gz`, in batches of about a thousand records, in the file's order.
 *
 * @param expected size and hash of the content, which are checked at its end
 * @throws DATASET_CORRUPT when a row is not an event, or the file is not the expected one
 */
export async function* readEvents(path: string, expected?: FileDigest): AsyncGenerator<readonly EventRecord[]> {
  const hash = createHash('sha256');
  let bytes = 0;
  let line = 1;
  let isQuoted = false;
  // Joined at a row's end only, since a row may be as long as a message of Kafka.
  const begun: Buffer[] = [];
  for await (const read of blocksOf(path)) {
    hash.update(read);
    bytes += read.length;
    const last = lastRowIn(read, isQuoted);
    isQuoted = last.isQuoted;
    begun.push(read.subarray(0, last.end ?? read.length));
    if (last.end === undefined && read.length > 0) continue;
    const text = Buffer.concat(begun.splice(0));
    begun.push(read.subarray(last.end));
    if (text.length === 0) continue;
    const rows = parseRows(text, path, line);
    const records = rows.slice(line === 1 ? checkHeader(rows[0], path) : 0);
    const firstLine = line === 1 ? 2 : line;
    yield records.map((row, index) => new CsvRecord(row, path, firstLine + index));
    line += rows.length;
  }
  if (line === 1) checkHeader(undefined, path);
  checkDigest(path, { bytes, sha256: hash.digest('hex') }, expected);
}

/** The blocks of the content of a file, which may be packed, then an empty one. */
async function* blocksOf(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: blockBytes });
  if (!isPacked(path)) yield* file;
  else {
    try {
      // Errors reach the reader of the last stream.
      yield* pipeline(file, createGunzip({ chunkSize: blockBytes }), () => undefined);
    } catch (cause) {
      throw corrupt(path)(reasonOf(cause), 'a file that gunzip can read', cause);
    }
  }
  yield Buffer.alloc(0);
}

/** @throws DATASET_CORRUPT when a file is not the expected one */
export function checkDigest(path: string, found: FileDigest, expected: FileDigest | undefined): void {
  if (expected === undefined || (found.bytes === expected.bytes && found.sha256 === expected.sha256)) return;
  const [problem, wanted] =
    found.bytes === expected.bytes
      ? [`its sha256 is ${found.sha256}`, expected.sha256]
      : [`it has ${pluralize(found.bytes, 'byte')}`, inThousands(expected.bytes)];
  throw corrupt(path)(problem, `${wanted} as in manifest.json; the file was altered`);
}

function parseRows(text: Buffer, path: string, line: number): string[][] {
  try {
    return parse(text, { relax_column_count: true, record_delimiter: '\n' });
  } catch (cause) {
    const message = reasonOf(cause);
    throw corrupt(path)(`from line ${line} on: ${message}`, 'CSV as csv-stringify writes it', cause);
  }
}

function checkHeader(row: readonly string[] | undefined, path: string): 1 {
  const missing = eventColumns.find(column => row?.includes(column) !== true);
  if (missing !== undefined) throw corrupt(path)(`column ${missing} is missing`, eventColumns.join());
  if (row?.join() !== eventColumns.join()) throw corrupt(path)(`its columns are ${row?.join()}`, eventColumns.join());
  return 1;
}

class CsvRecord implements EventRecord {
  readonly timeMs: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly kind: MessageKind;
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly key: string;
  readonly userId: string;
  readonly productId: string;
  readonly orderId: string;
  readonly quantity: number | undefined;
  readonly price: number | undefined;
  readonly #row: readonly string[];
  readonly #path: string;
  #data: MessageData | undefined;

  constructor(row: readonly string[], path: string, line: number) {
    const [time = '', topic = '', partition = '', offset = '', kind = '', type = '', source = '', id = ''] = row;
    this.timeMs = Date.parse(time);
    this.topic = topic;
    this.partition = Number(partition || Number.NaN);
    this.offset = Number(offset || Number.NaN);
    const isPlaced = Number.isInteger(this.partition) && Number.isInteger(this.offset);
    const isEvent = row.length === eventColumns.length && !Number.isNaN(this.timeMs) && isPlaced;
    if (!isEvent || (kind !== 'event' && kind !== 'command')) {
      const found = `no event: ${JSON.stringify(row.slice(0, 8).join())}`;
      throw corrupt(`${path}, line ${line}`)(found, `${eventColumns.length} columns`);
    }
    this.kind = kind;
    this.type = type;
    this.source = source;
    this.id = id;
    this.correlationId = row[8] ?? '';
    this.causationId = row[9] ?? '';
    this.key = row[10] ?? '';
    this.userId = row[11] ?? '';
    this.productId = row[12] ?? '';
    this.orderId = row[13] ?? '';
    this.quantity = numberOf(row[14]);
    this.price = numberOf(row[15]);
    this.#row = row;
    this.#path = path;
  }

  get row(): readonly string[] {
    return this.#row;
  }

  get data(): MessageData {
    if (this.#data === undefined) this.#data = parseData(this.#row[16] ?? '', this.#path, this.id);
    return this.#data;
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text);
}

function parseData(json: string, path: string, id: string): MessageData {
  try {
    return dataOf(json);
  } catch (cause) {
    throw corrupt(path)(`the data of message ${id} is not JSON`, 'a JSON object', cause);
  }
}

/** After a block's last newline that is not inside a quoted field; undefined if there is none. */
function lastRowIn(block: Buffer, startsQuoted: boolean) {
  let isQuoted = startsQuoted;
  let end: number | undefined;
  for (let index = 0; index < block.length; index++) {
    const byte = block[index];
    if (byte === quote) isQuoted = !isQuoted;
    else if (byte === newline && !isQuoted) end = index + 1;
  }
  return { end, isQuoted };
}

/** @param place in a dataset: a file, or a line of it */
export function corrupt(place: string): Cannot {
  return cannot('DATASET_CORRUPT', `read ${place}`);
}
