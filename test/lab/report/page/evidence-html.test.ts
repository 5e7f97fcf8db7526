import { expect, test } from 'vitest';
import { chainHtml, decisionHtml } from '../../../../src/lab/report/page/evidence-html.ts';
import { reportedDecision } from '../../../../src/lab/report/reported-decision.ts';
import { sampleChain } from '../../../support/sample-report-data.ts';
import { wordsOf } from '../../../support/words-of.ts';

test('chainHtml lists messages with their ids, and gives the command that shows more', () => {
  const words = wordsOf(chainHtml(sampleChain, 'results/x/datasets/test-y').text);
  expect(words).toContain('24 messages about this while the alarm was on; the anomaly caused 9 of them.');
  expect(words).toContain('2 Mar 13:00:05 ReserveProduct warehouse, p-0001 id00000000000002 by the anomaly');
  expect(words).toContain('3 messages more');
  expect(words).toMatch(/cqshop show message id00000000000004 --dataset results\/x\/datasets\/test-y$/);
  expect(wordsOf(chainHtml(sampleChain, undefined).text)).toContain('Without --discard-datasets');
  expect(wordsOf(chainHtml({ ...sampleChain, caused: 0, chain: [] }, 'x').text)).toBe(
    '24 messages about this while the alarm was on; no anomaly caused any of them.',
  );
});

test('reportedDecision keeps all votes, and the ways of the surest trees once each; decisionHtml follows them', () => {
  const held = (threshold: number) => ({ feature: 'held', value: 30.1234567, threshold });
  const tree = (threshold: number, positives: number) => ({
    questions: [held(threshold)],
    leaf: { kind: 'leaf' as const, units: 98, positives },
  });
  const decision = reportedDecision([tree(40, 9), tree(20, 98), tree(20, 98), tree(25, 89)], {
    phrases: { held: 'units held at once' },
  });
  expect(decision.votes).toEqual([0.99, 0.99, 0.9, 0.1]);
  expect(decision.trees.map(({ questions }) => questions[0]?.threshold)).toEqual([20, 25, 40]);
  const words = wordsOf(decisionHtml(decision).text);
  expect(words).toContain('The score is the mean of 4 trees, 0.745.');
  expect(words).toContain('Tree 1 of those that were most sure: 0.99 units held at once: 30.1 at least 20');
  expect(words).toContain(
    'units held at once: 30.1 below 40 9 of 98 training units with these answers were anomalous.',
  );
});
