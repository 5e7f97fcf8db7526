import { expect, test } from 'vitest';
import { shippedUnlessThere } from '../../src/base/shipped-path.ts';

// That it finds what comes with cqshop from an empty directory is tested with the package: test/scripts/check-package.test.ts.
test.each([
  ['datasets/sample', 'what the user has under that name'],
  ['datasets/other', 'what does not come with cqshop'],
  ['models/no-such-model', 'what does not come with cqshop'],
  ['models/../package.json', 'a path that only begins as one of ours'],
  ['/nowhere/datasets/sample', 'an absolute path'],
])('shippedUnlessThere leaves %s as it is: %s', path => {
  expect(shippedUnlessThere(path)).toBe(path);
});
