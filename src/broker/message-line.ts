import { CqshopError } from '../base/errors.ts';
import type { Message } from './message.ts';

/** A message as read from a line: its place in the partition, its content, and its payload as the JSON text that was written. */
export type MessageLine = { readonly offset: number; readonly message: Message; readonly dataJson: string };

/** One message as one line of JSON with its newline; `data` is the last key, which `parseMessageLine` relies on. */
export function formatMessageLine(offset: number, message: Message): string {
  return `${JSON.stringify({
    offset,
    time: message.time,
    kind: message.kind,
    type: message.type,
    source: message.source,
    id: message.id,
    correlationid: message.correlationid,
    causationid: message.causationid,
    subject: message.subject,
    data: message.data,
  })}\n`;
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
    throw corrupt(place(), `no JSON: ${excerpt(line)}`, cause);
  }
  if (!isWireMessage(parsed)) throw corrupt(place(), `not a message: ${excerpt(line)}`);
  // A quote inside a JSON string is escaped, so the first match is the key and never part of a value.
  const start = line.indexOf(',"data":');
  return { offset: parsed.offset, message: parsed, dataJson: line.slice(start + 8, -1) };
}

function isWireMessage(value: unknown): value is Message & { offset: number } {
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
    typeof wire.data === 'object' &&
    wire.data !== null
  );
}

function corrupt(place: string, what: string, cause?: unknown): CqshopError {
  return new CqshopError('BROKER_CORRUPT', `Cannot read ${place}: ${what}, expected a message as one line of JSON`, {
    cause,
  });
}

function excerpt(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
