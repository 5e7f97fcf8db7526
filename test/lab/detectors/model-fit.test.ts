import { describe, expect, test } from 'vitest';
import { readModel } from '../../../src/lab/detectors/model-files.ts';
import { fitNotes, shortNotes } from '../../../src/lab/detectors/model-fit.ts';
import { detectors } from '../../../src/lab/detectors/registry.ts';

const name = 'datasets/mine';

function modelOf(anomaly: string, messagesPerDay: number | undefined) {
  const { detector, description } = readModel(`models/${anomaly}`, detectors, anomaly);
  const { messagesPerDay: _, ...training } = description.training;
  return {
    detector,
    description: {
      ...description,
      training: messagesPerDay === undefined ? training : { ...training, messagesPerDay },
    },
  };
}

describe('fitNotes', () => {
  const counts = modelOf('traffic-intensity', 12_034);

  test.each([3900, 9000, 16_000])('says that a model of counts does not fit %i messages a day', messagesPerDay => {
    expect(fitNotes(counts, { name, days: 22, messagesPerDay }, 'models/a')).toEqual([
      `models/a was trained on 12,000 messages a day, ${name} has ${messagesPerDay.toLocaleString('en')}: expect false alarms. Train a model on such data: cqshop train traffic-intensity --dataset DIR --out MODEL, and use it with --model MODEL`,
    ]);
  });

  test('says that data are short', () => {
    const [note, ...others] = fitNotes(counts, { name, days: 3, messagesPerDay: 12_000 }, 'models/a');
    expect(note).toMatch(/^datasets\/mine has 3 days: .*use 8 days or more$/);
    expect(others).toEqual([]);
    for (const days of [7.97, 8]) expect(shortNotes([counts.detector], { name, days })).toEqual([]);
  });

  test('is silent where the data fit, where an older model does not know, and for models of users and products', () => {
    expect(fitNotes(counts, { name, days: 22, messagesPerDay: 11_000 }, 'models/a')).toEqual([]);
    const old = modelOf('traffic-intensity', undefined);
    expect(fitNotes(old, { name, days: 22, messagesPerDay: 100 }, 'models/a')).toEqual([]);
    const users = modelOf('stock-exhaustion', 12_000);
    expect(fitNotes(users, { name, days: 2, messagesPerDay: 100 }, 'models/a')).toEqual([]);
  });
});
