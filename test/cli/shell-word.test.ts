import { expect, test } from 'vitest';
import { shellWord } from '../../src/cli/shell-word.ts';

test.each([
  ['my-shop.yaml', 'my-shop.yaml'],
  ['my shop.yaml', "'my shop.yaml'"],
  ["a'b.yaml", "'a'\\''b.yaml'"],
  ['-x.yaml', './-x.yaml'],
])('shellWord writes %s as %s', (path, word) => {
  expect(shellWord(path)).toBe(word);
});
