/** A new file, or an edit of one: the lines to replace, with the lines that they become, in order. */
export type Change =
  | { readonly kind: 'new'; readonly path: string; readonly text: string }
  | { readonly kind: 'edit'; readonly path: string; readonly hunks: readonly Hunk[] };

/** Lines to replace, and what they become. */
type Hunk = { readonly before: readonly string[]; readonly after: readonly string[] };

/** What a contributor does to add one thing. */
export type Recipe = {
  /** Its heading. */
  readonly name: string;
  readonly changes: readonly Change[];
  /** Lines of its shell blocks, without comments. */
  readonly commands: readonly string[];
};

/**
 * The recipes of docs/recipes.md: a heading "## Add …", then blocks of code. A block after a line "New `path`:" is that file's
 * text. A block after "Edit `path`:" is a diff without line numbers, with a line `@@` before each hunk but the first. A block of
 * `sh` is to be run.
 *
 * @throws Error for a block that is none of these
 */
export function recipesOf(page: string): readonly Recipe[] {
  return page
    .split(/^(?=## )/m)
    .filter(section => section.startsWith('## Add '))
    .map(section => {
      const [, name = ''] = /^## (.*)$/m.exec(section) ?? [];
      const blocks = [...section.matchAll(/^(.*)\n\n```(\w+)\n([\s\S]*?)^```$/gm)];
      const fences = section.match(/^```\w/gm) ?? [];
      if (blocks.length !== fences.length) throw new Error(`${name}: a block of code does not follow a line of text`);
      const commands = blocks.flatMap(([, , language, code = '']) =>
        language === 'sh' ? code.trim().split('\n') : [],
      );
      const changes = blocks.flatMap(([, above = '', language, code = '']) =>
        language === 'sh' ? [] : [changeOf(above, code)],
      );
      return { name, changes, commands };
    });
}

function changeOf(above: string, code: string): Change {
  const [, verb, path] = /^(New|Edit) `([^`]+)`:$/.exec(above) ?? [];
  if (path === undefined)
    throw new Error(`"${above}" stands above a block of code, expected New \`path\`: or Edit \`path\`:`);
  if (verb === 'New') return { kind: 'new', path, text: code };
  return { kind: 'edit', path, hunks: code.split(/^@@\n/m).map(hunkOf) };
}

function hunkOf(diff: string): Hunk {
  const lines = diff.split('\n').filter(line => line !== '');
  const side = (other: string) => lines.filter(line => !line.startsWith(other)).map(line => line.slice(1));
  return { before: side('+'), after: side('-') };
}

/** The text after an edit. @throws Error when the lines that a hunk replaces are not there exactly once */
export function edited(text: string, { path, hunks }: Extract<Change, { readonly kind: 'edit' }>): string {
  return hunks
    .reduce<readonly string[]>((lines, { before, after }) => {
      const places = lines.flatMap((_, index) =>
        before.every((line, offset) => line === lines[index + offset]) ? [index] : [],
      );
      const [place] = places;
      if (place === undefined || places.length > 1)
        throw new Error(`${path} holds this ${places.length} times, expected once:\n${before.join('\n')}`);
      return lines.toSpliced(place, before.length, ...after);
    }, text.split('\n'))
    .join('\n');
}
