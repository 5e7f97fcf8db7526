import { expect, test } from 'vitest';
import { pageStyle } from '../../../../src/lab/report/page/page-style.ts';

/** The relative luminance of "#rrggbb", as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const [light = '', dark = ''] = pageStyle.split('prefers-color-scheme: dark');

test.each([
  ['light', light],
  ['dark', dark],
])('in %s, text and marks stand out from what they are on as WCAG AA asks', (_, style) => {
  const variables = new Map([...style.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]));
  const colour = (name: string) => variables.get(name) ?? '';
  for (const ground of ['page', 'card']) {
    for (const text of ['text', 'muted', 'accent', 'right', 'wrong']) {
      expect(contrast(colour(text), colour(ground)), `${text} on ${ground}`).toBeGreaterThan(4.5);
    }
    for (const mark of ['blatant', 'forecast', 'near-miss', 'c1', 'c6']) {
      expect(contrast(colour(mark), colour(ground)), `${mark} on ${ground}`).toBeGreaterThan(3);
    }
  }
});
