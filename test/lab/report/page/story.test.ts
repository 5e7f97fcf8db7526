import { expect, test } from 'vitest';
import type { Comparison } from '../../../../src/lab/evaluation/result-rows.ts';
import { storyOf } from '../../../../src/lab/report/page/story.ts';
import { resultRow } from '../../../support/result-row.ts';

const learner = resultRow({
  ...{ anomaly: 'price-error', detector: 'cart', role: 'learner', labels: 4, detected: 3, delayMinutesMedian: 54 },
  ...{ alarms: 5, precision: 0.6, nearMissAlarms: 1, averagePrecision: 0.9 },
});
const baseline = resultRow({
  ...{ anomaly: 'price-error', detector: 'rule', role: 'baseline', labels: 4, detected: 2, averagePrecision: 0.93 },
});

test('storyOf states what was found and when, how many alarms were false, and who ranks better', () => {
  expect(storyOf(learner, [learner, baseline])).toEqual([
    'cart found 3 of 4 anomalies, half of them within 54 min.',
    '2 of its 5 alarms were false, 1 of them for near misses.',
    'It ranks worse than the best baseline, rule, which found 2.',
  ]);
});

const clean = { labels: 0, detected: 0, delayMinutesMedian: null, precision: null };

test.each([
  [{ detected: 4 }, 'cart found all 4 anomalies, half of them within 54 min.'],
  [{ detected: 1 }, 'cart found 1 of 4 anomalies after 54 min.'],
  [{ detected: 0, delayMinutesMedian: null }, 'cart found none of 4 anomalies.'],
  [{ precision: 1, nearMissAlarms: 0 }, 'All its 5 alarms were right.'],
  [{ alarms: 1, precision: 1, nearMissAlarms: 0 }, 'Its alarm was right.'],
  [{ alarms: 0, precision: null, nearMissAlarms: 0 }, 'It raised no alarm.'],
  [{ ...clean }, 'There was no anomaly to find.'],
  [{ ...clean }, '5 of its 5 alarms were false, 1 of them for near misses.'],
  [{ precision: 0.8 }, '1 of its 5 alarms was false, for a near miss.'],
  [{ nearMissAlarms: 2 }, '2 of its 5 alarms were false, all for near misses.'],
])('storyOf a learner with %j contains "%s"', (figures, sentence) => {
  expect(storyOf({ ...learner, ...figures }, [])).toContain(sentence);
});

test('storyOf takes a difference within the interval for none', () => {
  const comparison: Comparison = {
    anomaly: 'price-error',
    variant: 'all',
    intensity: 'all',
    detector: 'cart',
    against: 'rule',
    role: 'baseline',
    metric: 'averagePrecision',
    lead: -0.03,
    leadLow: -0.1,
    leadHigh: 0.04,
    verdict: 'level',
  };
  expect(storyOf(learner, [learner, baseline], [comparison])).toContain(
    'It ranks as well as the best baseline, rule, which found 2.',
  );
});
