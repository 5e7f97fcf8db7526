import { expect, test } from 'vitest';
import { versusHtml } from '../../../../src/lab/report/page/versus-html.ts';
import { resultRow } from '../../../support/result-row.ts';
import { wordsOf } from '../../../support/words-of.ts';

test('versusHtml shows learner, best baseline and reference, with a decimal more where figures would look the same', () => {
  const row = (detector: string, role: 'learner' | 'baseline' | 'reference' | 'control', averagePrecision: number) =>
    resultRow({ anomaly: 'workload-shape', detector, role, averagePrecision });
  const rows = [
    row('lstm', 'learner', 0.6751),
    row('naive', 'baseline', 0.3),
    row('ridge', 'baseline', 0.6782),
    row('boosted', 'reference', 0.9),
    row('random', 'control', 0.1),
  ];
  const words = wordsOf(versusHtml(rows).text);
  expect(words.match(/\d\.\d{2,}/g)).toEqual(['0.675', '0.678', '0.90']);
  expect(words).toMatch(/lstm.*ridge best baseline.*boosted reference/);
});
