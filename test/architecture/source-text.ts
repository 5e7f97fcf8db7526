/**
 * Source text with the insides of comments, or of comments and strings, blanked out; every character keeps its place and line. Knows quotes, templates
 * (code inside of `${}` stays), comments and regular expressions; enough for formatted code, no parser.
 */
export function blank(text: string, what: 'comments' | 'comments and strings'): string {
  const out = text.split('');
  const hide = (from: number, to: number) => {
    for (let at = from; at < to && at < out.length; at++) if (out[at] !== '\n') out[at] = ' ';
  };
  const hideString = (from: number, to: number) => {
    if (what === 'comments and strings') hide(from, to);
  };
  /** Depth of braces at which each open template goes on. */
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 2);
    const char = text.charAt(at);
    if (rest === '//' || rest === '/*') {
      const end = endOf(text, at + 2, rest === '//' ? '\n' : '*/');
      hide(at, end);
      at = end;
    } else if (char === "'" || char === '"') {
      const end = endOfQuoted(text, at + 1, char);
      hideString(at + 1, end - 1);
      at = end;
    } else if (char === '/' && /(^|[=(,:!&|?;{}[\n>]|\breturn)\s*$/.test(text.slice(Math.max(0, at - 20), at))) {
      const end = endOfQuoted(text, at + 1, '/');
      hideString(at + 1, end - 1);
      at = end;
    } else if (char === '`' || (char === '}' && templates.at(-1) === depth)) {
      if (char === '}') templates.pop();
      const end = endOfTemplatePart(text, at + 1);
      const continues = text.charAt(end - 1) === '{';
      hideString(at + 1, end - (continues ? 2 : 1));
      if (continues) templates.push(depth);
      at = end;
    } else {
      if (char === '{') depth++;
      if (char === '}') depth--;
      at++;
    }
  }
  return out.join('');
}

function endOf(text: string, from: number, mark: string): number {
  const found = text.indexOf(mark, from);
  if (found < 0) return text.length;
  return mark === '\n' ? found : found + mark.length;
}

function endOfQuoted(text: string, from: number, quote: string): number {
  let inClass = false;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (quote === '/' && char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if ((char === quote && !inClass) || char === '\n') return at + 1;
  }
  return text.length;
}

/** The end of a template's text: behind the closing backquote or behind `${`. */
function endOfTemplatePart(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (char === '`') return at + 1;
    else if (char === '$' && text.charAt(at + 1) === '{') return at + 2;
  }
  return text.length;
}
