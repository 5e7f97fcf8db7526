import { describe, expect, test } from 'vitest';
import { type Truth, truthSchemas } from '../../../src/data/dataset/truth.ts';
import { placeOf } from '../../support/predict-messages.ts';
import { anomaly, type Recording, record, scenarioFor } from '../../support/run-scenario.ts';

const outage = { anomaly: 'workload-shape', variant: 'service-outage', target: 'cart' };

describe.each([
  ['one anomaly', [anomaly({ anomaly: 'price-error', variant: 'lost-decimal', at: '1d10h' })]],
  ['an outage whose backlog outlasts the run', [anomaly({ ...outage, at: '2d12h', duration: '10h' })]],
  [
    'two anomalies',
    [
      anomaly({ ...outage, at: '1d10h', duration: '2h' }),
      anomaly({ id: 'anomaly-2', anomaly: 'traffic-intensity', variant: 'bot-flood', at: '1d18h', duration: '1h' }),
    ],
  ],
])('the truth of a twin run with %s', (_, anomalies) => {
  test('names each message that only one world has, with the anomaly that had begun last, and no other message', async () => {
    const scenario = await scenarioFor('clean', { seed: 78, days: 3, anomalies });
    const twin = await record(scenario, { twin: true });
    const without = await record(scenario, { withoutAnomalies: true });
    const starts = twin.labels.map(({ id, start }) => ({ id, startMs: Date.parse(start) }));
    const labelAt = (timeMs: number) => starts.findLast(({ startMs }) => startMs <= timeMs)?.id;
    const expected = [
      ...onlyIn(twin, without, 'effect').map(({ timeMs, ...row }) => ({ ...row, labelId: labelAt(timeMs) })),
      ...onlyIn(without, twin, 'prevented').map(({ timeMs, ...row }) => ({ ...row, labelId: labelAt(timeMs) })),
    ];
    expect(new Set(expected.map(({ relation }) => relation))).toEqual(new Set(['effect', 'prevented']));
    expect(new Set(expected.map(({ labelId }) => labelId))).toEqual(new Set(starts.map(({ id }) => id)));
    expect(inOrder(differencesIn(twin))).toEqual(inOrder(expected));
    expect(altered(twin, without)).toBeGreaterThan(10);
  });
});

/** Ids that are in a topic of one world and not in the same topic of the other, with the time of the first message that has it. */
function onlyIn(one: Recording, other: Recording, relation: 'effect' | 'prevented') {
  const others = new Set(other.published.map(({ topic, message }) => placeOf(topic, message.id)));
  const only = new Set(
    one.published.flatMap(({ topic, message }) => (others.has(placeOf(topic, message.id)) ? [] : [message.id])),
  );
  const times = new Map<string, number>();
  for (const { message } of one.published)
    if (only.has(message.id) && !times.has(message.id)) times.set(message.id, message.time);
  return [...times].map(([messageId, timeMs]) => ({ messageId, relation, timeMs }));
}

/** Messages that both worlds have with another time or other data: neither `effect` nor `prevented`. */
function altered(one: Recording, other: Recording): number {
  const others = new Map(other.published.map(({ topic, message }) => [placeOf(topic, message.id), message]));
  return one.published.filter(({ topic, message }) => {
    const twin = others.get(placeOf(topic, message.id));
    return twin !== undefined && JSON.stringify(twin) !== JSON.stringify(message);
  }).length;
}

function differencesIn({ truth }: Recording): readonly Truth<'TwinDifferenceFound'>[] {
  return truth.flatMap(({ message: { type, data } }) =>
    type === 'TwinDifferenceFound' ? [truthSchemas.TwinDifferenceFound.parse(data)] : [],
  );
}

function inOrder<Row extends { readonly messageId: string }>(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
}
