import { cannot } from '../base/errors.ts';
import { dataOf, type Message } from './message.ts';

const ours = 'a message as one line of JSON';

/** A message as read from a line: its place in the partition, its content, and its payload as the JSON text that was sent. */
export type MessageLine = { readonly offset: number; readonly message: Message; readonly dataJson: string };

/** A message whose payload is the JSON text that was sent. */
export type MessageText = {
  readonly offset: number;
  readonly attributes: Omit<Message, 'data'>;
  readonly dataJson: string;
};

/** One message as one line of JSON with its newline. */
export function formatMessageLine(offset: number, message: Message): string {
  return lineOf({ offset, attributes: message, dataJson: JSON.stringify(message.data) });
}

/**
 * As `formatMessageLine`, for a payload that is JSON already. It is the last key, which `parseMessageLine` relies on: `data` for an object on one
 * line, otherwise `text`, which keeps line breaks.
 */
export function lineOf(parts: MessageText): string {
  const { kind, type, source, id, correlationid, causationid, subject, time, columns } = parts.attributes;
  const { dataJson } = parts;
  const quote = JSON.stringify;
  // JSON.stringify of an object takes a quarter longer, and this runs once a message.
  return (
    `{"offset":${parts.offset},"time":${time},"kind":"${kind}","type":${quote(type)},"source":${quote(source)},` +
    `"id":${quote(id)},"correlationid":${quote(correlationid)},"causationid":${quote(causationid)},` +
    `"subject":${quote(subject)},${columns === undefined ? '' : `"columns":${quote(columns)},`}` +
    (dataJson.startsWith('{') && !dataJson.includes('\n') ? `"data":${dataJson}}\n` : `"text":${quote(dataJson)}}\n`)
  );
}

/**
 * The inverse of `formatMessageLine`, for a line without its newline.
 *
 * @param place names the line in an error: 'cart-events/0, line 12'
 * @throws BROKER_CORRUPT when it is not such a line
 */
export function parseMessageLine(line: string, place: () => string): MessageLine {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (cause) {
    throw cannot('BROKER_CORRUPT', `read ${place()}`)(`no JSON: ${excerpt(line)}`, ours, cause);
  }
  if (!isWireMessage(parsed))
    throw cannot('BROKER_CORRUPT', `read ${place()}`)(`not a message: ${excerpt(line)}`, ours);
  if ('data' in parsed) {
    // A quote inside a JSON string is escaped, so the first match is the key and never part of a value.
    const start = line.indexOf(',"data":');
    return { offset: parsed.offset, message: parsed, dataJson: line.slice(start + 8, -1) };
  }
  const { text, ...message } = parsed;
  return { offset: parsed.offset, message: { ...message, data: dataOf(text) }, dataJson: text };
}

/** The payload of a line longer than this is best read separately [bytes]. */
export const longLineBytes = 128 * 1024;

/** Where a line's payload is [bytes from the line's beginning]. */
export type PayloadPlace = {
  readonly start: number;
  readonly end: number;
  /** True if it is the inside of a string of JSON: `unescaped` gives its bytes. */
  readonly isEscaped: boolean;
};

/**
 * A long line's message with an empty payload, and where the payload is. Undefined if something else is long, too, or the columns of the dataset are in
 * the payload, since cqshop wrote the message.
 *
 * @param beginning of the line, long enough to hold all but the payload
 * @param length of the line without its newline [bytes]
 * @throws BROKER_CORRUPT when it is not such a line
 */
export function parseLongLine(
  beginning: Buffer,
  length: number,
  place: () => string,
): (MessageLine & { readonly payload: PayloadPlace }) | undefined {
  // A quote within another key is escaped.
  const key = /,"(?:data":|text":")/.exec(beginning.toString('latin1'));
  if (key === null) return undefined;
  const start = key.index + key[0].length;
  const isEscaped = key[0].endsWith('"');
  const line = parseMessageLine(`${beginning.toString('utf8', 0, start)}{}${isEscaped ? '"}' : '}'}`, place);
  if (line.message.columns === undefined) return undefined;
  return { ...line, payload: { start, end: length - (isEscaped ? 2 : 1), isEscaped } };
}

/** The bytes of a string of JSON, from those of its inside as `JSON.stringify` writes it. */
export function* unescaped(blocks: Iterable<Uint8Array>): Generator<Buffer> {
  let rest = '';
  for (const block of blocks) {
    // A byte of these is never part of another character.
    const text = rest + Buffer.from(block.buffer, block.byteOffset, block.length).toString('latin1');
    // An escape that goes on in the next block.
    rest = /(?<!\\)(?:\\\\)*(\\(?:u[\da-f]{0,3})?)$/.exec(text)?.[1] ?? '';
    yield Buffer.from(JSON.parse(`"${text.slice(0, text.length - rest.length)}"`), 'latin1');
  }
}

type WireMessage = { readonly offset: number } & (Message | (Omit<Message, 'data'> & { readonly text: string }));

function isWireMessage(value: unknown): value is WireMessage {
  if (typeof value !== 'object' || value === null) return false;
  // The one cast of this schema, spelled out by hand because it is checked for every message of a dataset.
  const wire = value as Record<string, unknown>;
  return (
    Number.isSafeInteger(wire.offset) &&
    Number.isSafeInteger(wire.time) &&
    (wire.kind === 'event' || wire.kind === 'command') &&
    typeof wire.type === 'string' &&
    typeof wire.source === 'string' &&
    typeof wire.id === 'string' &&
    typeof wire.correlationid === 'string' &&
    typeof wire.causationid === 'string' &&
    typeof wire.subject === 'string' &&
    (typeof wire.data === 'object' ? wire.data !== null : typeof wire.text === 'string')
  );
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
