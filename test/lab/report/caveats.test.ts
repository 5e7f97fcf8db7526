import { describe, expect, test } from 'vitest';
import type { ResultRow } from '../../../src/lab/evaluation/result-rows.ts';
import { caveatsOf } from '../../../src/lab/report/caveats.ts';
import { resultRow } from '../../support/result-row.ts';

const learner: Partial<ResultRow> = { detector: 'cart', role: 'learner', averagePrecision: 0.9, f1: 0.8 };
const rule: Partial<ResultRow> = { detector: 'rule', role: 'baseline', averagePrecision: 0.7, f1: 0.6 };

function notesOf(...rows: readonly Partial<ResultRow>[]): readonly string[] {
  return caveatsOf(rows.map(row => resultRow({ anomaly: 'price-error', labels: 9, detected: 9, ...row })));
}

const miss = (id: string, kind: string) => ({
  id,
  kind,
  variant: kind,
  intensity: 'none',
  entities: [],
  entityCount: 0,
  startMs: 0,
  endMs: 1,
  effectEndMs: 1,
});
const alarm = (nearMisses: string[]) => ({
  startMs: 0,
  endMs: 1,
  detectedAtMs: 1,
  entity: { type: 'product' as const, id: 'p' },
  incident: 1,
  score: 1,
  threshold: 0.5,
  evidence: '',
  labels: [],
  nearMisses,
});

describe('caveatsOf', () => {
  test('has nothing to say where the learner is ahead of everything and finds everything', () => {
    expect(notesOf(learner, rule)).toEqual([]);
  });

  test('says where the best baseline wins, and how many more do', () => {
    const stump = { detector: 'stump', role: 'baseline', averagePrecision: 0.91, f1: 0.1 } as const;
    expect(notesOf(learner, { ...rule, averagePrecision: 0.93 }, stump)).toEqual([
      'price-error: rule beats cart on average precision, 0.93 against 0.90 (1 more baseline does too).',
    ]);
  });

  test('shows as many decimals as it takes to tell the two apart', () => {
    expect(notesOf(learner, { ...rule, f1: 0.8004 })).toEqual([
      'price-error: rule beats cart on F1, 0.8004 against 0.8000.',
    ]);
  });

  test('says where many alarms about few labels make the precision of a program of others', () => {
    const mine = { detector: 'mine', role: 'external', labels: 4, detected: 2, alarms: 106 } as const;
    expect(notesOf(learner, { ...mine, precision: 100 / 106 })).toEqual([
      'price-error: mine raised 100 right alarms about 2 labels. Counted once a label, its precision is 0.25, not 0.94.',
    ]);
    expect(notesOf(learner, { ...mine, alarms: 8, precision: 0.25 })).toEqual([]);
  });

  test('does not hide a draw', () => {
    expect(notesOf(learner, { ...rule, f1: 0.8 })).toEqual([
      'price-error: rule does as well as cart on F1, both 0.80.',
    ]);
  });

  test('does not compare average precision where the learner has none, as in detections without scores', () => {
    expect(notesOf({ ...learner, averagePrecision: null }, rule)).toEqual([]);
  });

  test('names the kinds of label where a baseline is ahead, widest gap first, at most three', () => {
    const group = (variant: string, ours: number, theirs: number) => [
      { ...learner, variant, intensity: 'subtle', averagePrecision: ours },
      { ...rule, variant, intensity: 'subtle', averagePrecision: theirs },
    ];
    expect(
      notesOf(
        learner,
        rule,
        ...group('a', 0.5, 0.6),
        ...group('b', 0.5, 0.9),
        ...group('c', 0.9, 0.5),
        ...group('d', 0.2, 0.5),
      ),
    ).toEqual([
      'price-error: in 3 of 4 kinds of label a baseline has the higher average precision: b subtle (rule 0.90, cart 0.50), d subtle (rule 0.50, cart 0.20), a subtle (rule 0.60, cart 0.50).',
    ]);
  });

  test('names no kind of labels that have none, as those of imported series', () => {
    const missed = { detected: 7, averagePrecision: 0.5 };
    expect(notesOf({ ...learner, ...missed }, { ...learner, ...missed, variant: '', intensity: '' })).toEqual([
      'price-error: cart missed 2 of 9 labels.',
    ]);
  });

  test('names what was missed', () => {
    expect(
      notesOf(
        { ...learner, detected: 8 },
        { ...learner, variant: 'zero', intensity: 'subtle', labels: 3, detected: 2 },
        {
          ...learner,
          variant: 'zero',
          intensity: 'blatant',
          labels: 6,
          detected: 6,
        },
      ),
    ).toEqual(['price-error: cart missed 1 of 9 labels: zero subtle (1 of 3).']);
  });

  test('counts the near misses that alarmed by kind, most frequent first', () => {
    const rows = [
      resultRow({ ...learner, anomaly: 'price-error', labels: 9, detected: 9, alarms: 14, nearMissAlarms: 3 }),
    ];
    const test = {
      anomaly: 'price-error',
      nearMisses: [miss('c1', 'clearance'), miss('f1', 'flash-sale'), miss('f2', 'flash-sale')],
      alarms: [alarm(['c1']), alarm(['f1', 'f2']), alarm(['f2'])],
    };
    expect(caveatsOf(rows, [test])).toEqual([
      'price-error: 3 of 14 alarms of cart were for near misses: 2 × flash-sale, 1 × clearance.',
    ]);
    expect(caveatsOf(rows)).toEqual(['price-error: 3 of 14 alarms of cart were for near misses.']);
    const one = [resultRow({ anomaly: 'price-error', alarms: 1, nearMissAlarms: 1 })];
    expect(caveatsOf(one)).toEqual(['price-error: 1 of 1 alarm of cart was for near misses.']);
  });

  test('counts an alarm that several kinds of near misses share once, so that the kinds add up', () => {
    const rows = [
      resultRow({ ...learner, anomaly: 'price-error', labels: 9, detected: 9, alarms: 4, nearMissAlarms: 2 }),
    ];
    const test = {
      anomaly: 'price-error',
      nearMisses: [miss('b1', 'busy-evening'), miss('c1', 'campaign'), miss('c2', 'campaign')],
      alarms: [alarm(['c1', 'b1']), alarm(['c1', 'c2']), alarm([])],
    };
    expect(caveatsOf(rows, [test])).toEqual([
      'price-error: 2 of 4 alarms of cart were for near misses: 1 × busy-evening and campaign at once, 1 × campaign.',
    ]);
  });

  test('suspects a control that ranks better than chance: by its interval, or by its size where there is one run', () => {
    const random = { detector: 'random', role: 'control' } as const;
    const note = (area: string, doubt: string) => [
      `price-error: controls without knowledge rank better than chance, which gives a ROC area of 0.50: random ${area}${doubt}.`,
    ];
    expect(notesOf({ ...random, rocAuc: 0.58 })).toEqual([]);
    expect(notesOf({ ...random, rocAuc: 0.63 })).toEqual(note('0.63', '; in a single run this may be luck'));
    expect(notesOf({ ...random, seeds: 20, rocAuc: 0.53, rocAucLow: 0.51, rocAucHigh: 0.55 })).toEqual(
      note('0.53', ''),
    );
    expect(notesOf({ ...random, seeds: 20, rocAuc: 0.63, rocAucLow: 0.47, rocAucHigh: 0.8 })).toEqual([]);
    expect(notesOf({ detector: 'perfect', role: 'control', rocAuc: 1 })).toEqual([]);
  });
});
