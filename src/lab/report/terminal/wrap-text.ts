/** Where stdout is no terminal [characters]. */
export const defaultWidth = 80;

/**
 * Text in lines of at most `width` characters, where its words allow it; undefined: one line. The first line keeps the spaces that it begins
 * with; the others begin with `indent`. Spaces stay between words of one line. A number stays with its unit: "66.7 %".
 */
export function wrapText(text: string, width: number | undefined, indent = ''): string {
  if (width === undefined) return text;
  return text
    .split('\n')
    .map(line => wrapLine(line, width, indent))
    .join('\n');
}

function wrapLine(text: string, width: number, indent: string): string {
  const [first = '', ...others] = text.match(/ *[^ ]+(?:(?<=\d) (?:%|h|min|days?)[,;.:)]*(?![^ ]))?/g) ?? [];
  const lines: string[] = [];
  let line = first;
  for (const word of others) {
    if (line.length + word.length <= width) line += word;
    else {
      lines.push(line);
      line = indent + word.trimStart();
    }
  }
  return [...lines, line].join('\n');
}
