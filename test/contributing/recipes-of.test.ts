import { expect, test } from 'vitest';
import { edited, recipesOf } from './recipes.ts';

const fence = '```';
const page = `# Recipes

## Add a thing

New \`a.ts\`:

${fence}ts
const a = 1;

const b = 2;
${fence}

Edit \`b.ts\`:

${fence}diff
 one
-two
+three
@@
 five
+six
${fence}

Then:

${fence}sh
npm run schema
${fence}

## Why

Nothing to add.
`;

test('recipesOf: new files, edits and commands, in order', () => {
  expect(recipesOf(page)).toEqual([
    {
      name: 'Add a thing',
      commands: ['npm run schema'],
      changes: [
        { kind: 'new', path: 'a.ts', text: 'const a = 1;\n\nconst b = 2;\n' },
        {
          kind: 'edit',
          path: 'b.ts',
          hunks: [
            { before: ['one', 'two'], after: ['one', 'three'] },
            { before: ['five'], after: ['five', 'six'] },
          ],
        },
      ],
    },
  ]);
});

test('recipesOf: refuses a block of code of which the page does not say what it is', () => {
  expect(() => recipesOf(page.replace('Edit `b.ts`:', 'Now `b.ts`:'))).toThrow('"Now `b.ts`:" stands above a block');
  expect(() => recipesOf(page.replace('Then:\n\n', ''))).toThrow('does not follow a line of text');
});

test('edited: replaces each hunk where it stands, and refuses one that is missing or stands twice', () => {
  const edit = { kind: 'edit', path: 'b.ts', hunks: [{ before: ['two'], after: ['two', 'three'] }] } as const;
  expect(edited('one\ntwo\n', edit)).toBe('one\ntwo\nthree\n');
  expect(() => edited('one\n', edit)).toThrow('b.ts holds this 0 times, expected once:\ntwo');
  expect(() => edited('two\ntwo\n', edit)).toThrow('b.ts holds this 2 times');
});
