/** Where something is in a record: in its value or its key, whose JSON is entered by names, in a header, or a property of the record. */
export type FieldPath =
  | { readonly in: 'value' | 'key'; readonly names: readonly string[] }
  | { readonly in: 'header'; readonly name: string }
  | { readonly in: 'key text' | 'timestamp' | 'topic' };

/** The words that mean a property of the record, unless they stand behind `value:`. */
const reserved: Readonly<Record<string, FieldPath>> = {
  key: { in: 'key text' },
  timestamp: { in: 'timestamp' },
  topic: { in: 'topic' },
};

/** True for a path that is one word, which means a property of the record although a payload may have a field of that name. */
export function isReserved(text: string): boolean {
  return Object.hasOwn(reserved, text);
}

/** Parses a path as docs/formats.md describes it; undefined if it is none. */
export function parsePath(text: string): FieldPath | undefined {
  const word = isReserved(text) ? reserved[text] : undefined;
  if (word !== undefined) return word;
  const [, prefix, rest = ''] = /^(value|key|header):(.*)$/s.exec(text) ?? [];
  if (prefix === 'header') return rest === '' ? undefined : { in: 'header', name: rest };
  const names = namesIn(prefix === undefined ? text : rest);
  if (names === undefined || (prefix === undefined && names.length === 0)) return undefined;
  return { in: prefix === 'key' ? 'key' : 'value', names };
}

/** `a."b.c".0` is a, b.c and 0; a name in quotes is a string of JSON. */
function namesIn(text: string): readonly string[] | undefined {
  if (text === '') return [];
  if (!/^("[^"\\]*(?:\\.[^"\\]*)*"|[^."]+)(\.("[^"\\]*(?:\\.[^"\\]*)*"|[^."]+))*$/.test(text)) return undefined;
  const names = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[^."]+/g) ?? [];
  try {
    return names.map(name => (name.startsWith('"') ? String(JSON.parse(name)) : name));
  } catch {
    return undefined;
  }
}
