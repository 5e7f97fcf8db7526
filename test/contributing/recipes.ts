/** A new file, or an edit of one: the lines to replace, with the lines that they become, in order. */
export type Change =
  | { readonly kind: 'new'; readonly path: string; readonly text: string }
  | { readonly kind: 'edit'; readonly path: string; readonly hunks: readonly Hunk[] };

type Hunk = { readonly before: string; readonly after: string };

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
  const side = (marks: string) =>
    diff
      .split('\n')
      .filter(line => line !== '' && marks.includes(line.charAt(0)))
      .map(line => `${line.slice(1)}\n`)
      .join('');
  return { before: side(' -'), after: side(' +') };
}

/** The text after an edit. @throws Error when what a hunk replaces is not there exactly once */
export function edited(text: string, { path, hunks }: Extract<Change, { readonly kind: 'edit' }>): string {
  return hunks
    .reduce((now, { before, after }) => {
      const found = now.split(`\n${before}`).length - 1;
      if (found !== 1) throw new Error(`${path} holds this ${found} times, expected once:\n${before}`);
      return now.replace(`\n${before}`, () => `\n${after}`);
    }, `\n${text}`)
    .slice(1);
}
