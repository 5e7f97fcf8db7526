import { LineCounter, parseDocument } from 'yaml';

/**
 * The line at which a text stops being JSON, from 1. JSON.parse does not always tell; the reader of YAML, of which JSON is a part,
 * does. Undefined where it is YAML, but no JSON.
 */
export function badJsonLine(text: string): number | undefined {
  const lines = new LineCounter();
  const { errors } = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const start = text.search(/\S/);
  const isJsonLike = start >= 0 && '{['.includes(text.charAt(start));
  const offset = isJsonLike ? errors[0]?.pos[0] : start;
  return offset === undefined || offset < 0 ? undefined : lines.linePos(offset).line;
}
