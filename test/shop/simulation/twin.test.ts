import { beforeAll, describe, expect, test } from 'vitest';
import type { StoredMessage } from '../../../src/broker/message.ts';
import { partitionOf } from '../../../src/broker/partition.ts';
import { commandLogTopic } from '../../../src/broker/topics.ts';
import { anomalyKinds } from '../../../src/shop/anomalies/registry.ts';
import { readScenario } from '../../../src/shop/scenarios/read-scenario.ts';
import { services } from '../../../src/shop/services/registry.ts';
import { type Difference, explainDifferences, type Roots } from '../../support/explain-differences.ts';
import { plantDifferences } from '../../support/plant-differences.ts';
import { placeOf } from '../../support/predict-messages.ts';
import { anomaly, type Recording, record, scenarioFor } from '../../support/run-scenario.ts';
import { surveyWorld, type World } from '../../support/survey-world.ts';

/** What happens in both worlds while the anomaly lasts, or after it. */
const meanwhile = [
  { id: 'sale', kind: 'flash-sale', at: '1d11h', duration: '2h', target: 'random' },
  { id: 'during', kind: 'service-restart', at: '1d12h', duration: '10m', target: 'cart' },
  { id: 'after', kind: 'service-restart', at: '1d20h', duration: '10m', target: 'warehouse' },
] as const;
const nearMisses = [...(await readScenario('clean')).nearMisses, ...meanwhile];
const run = { seed: 77, days: 4, scale: 0.5, nearMisses };
const startMs = Date.parse('2026-03-03T10:00:00Z');
const endMs = startMs + 4 * 3_600_000;

/** Every variant, and an outage of every service. */
const cases = anomalyKinds.flatMap(kind =>
  Object.keys(kind.variants).flatMap(variant => {
    const targets = variant === 'service-outage' ? services.map(({ name }) => name) : ['random'];
    return targets.map(target => ({ anomaly: kind.id, variant, target, at: '1d10h', duration: '4h' }));
  }),
);

let clean: Recording;
let without: World;

beforeAll(async () => {
  const scenario = await scenarioFor('clean', run);
  clean = await record(scenario);
  without = surveyWorld(clean, scenario);
});

test('every message of the services follows from what was published before it', () => {
  const lateAfter = (id: string) =>
    clean.nearMisses.find(nearMiss => nearMiss.id === id)?.receipt.messagesPublishedLate;
  expect(lateAfter('during')).toBeGreaterThan(5);
  expect(lateAfter('after')).toBeGreaterThan(5);
  for (const { topic, message } of clean.published) {
    if (!message.source.startsWith('/services/')) continue;
    expect(without.predicted.get(placeOf(topic, message.id))).toEqual(message);
  }
  const published = new Set(clean.published.map(placeIn));
  expect([...without.predicted.keys()].filter(place => !published.has(place))).toEqual([]);
});

describe.each(cases)('the twin of $anomaly, $variant, of $target', change => {
  let recorded: Recording;
  let roots: Roots;
  let differences: readonly Difference[];
  let survey: (published: readonly StoredMessage[]) => World;

  beforeAll(async () => {
    const scenario = await scenarioFor('clean', { ...run, anomalies: [anomaly({ ...change, intensity: 'moderate' })] });
    recorded = await record(scenario);
    roots = rootsOf(recorded, change.variant);
    survey = published => surveyWorld({ ...recorded, published }, scenario);
    differences = explainDifferences(survey(recorded.published), without, roots);
  });

  test('is the same world until the anomaly begins, and differs after that only where causation leads', () => {
    const before = ({ message }: StoredMessage) => message.time < startMs;
    expect(recorded.published.filter(before)).toEqual(clean.published.filter(before));
    expect(differences.length).toBeGreaterThan(50);
    expect(differences.filter(({ why }) => why === undefined).slice(0, 3)).toEqual([]);
    // Some of the world is untouched after the anomaly as well: nothing else reshuffles.
    const after = clean.published.filter(({ message }) => message.time > endMs).length;
    const afterDiffering = differences.filter(({ stored }) => stored.message.time > endMs).length / 2;
    expect(afterDiffering).toBeLessThan(0.2 * after);
  });

  /*
   * What is missed of it: another act of a customer whom the anomaly has answered differently before, or lured by a price. It may follow from
   * that, and to tell, the checker would have to be the customer. Nothing that a service publishes is missed.
   */
  test('shows unrelated differences that are planted into it', () => {
    const differing = new Set(differences.map(({ stored }) => placeIn(stored)));
    const among = (stored: StoredMessage) => stored.message.time >= startMs && !differing.has(placeIn(stored));
    const { published, planted } = plantDifferences(recorded.published, { ofEachKind: 40, among, seed: 5 });
    const found = explainDifferences(survey(published), without, roots).filter(({ why }) => why === undefined);
    const unexplained = new Set(found.map(({ stored }) => placeIn(stored)));
    const missed = [...planted.keys()].filter(place => !unexplained.has(place));
    expect(planted.size).toBe(160);
    expect(missed.filter(place => !isAct(without, place))).toEqual([]);
    expect(missed.length).toBeLessThanOrEqual(3);
  });
});

/** Where the chains of an anomaly begin: what it declares, the work of the service it stops, the visits it keeps out. */
function rootsOf({ published, truth, labels }: Recording, variant: string): Roots {
  const declared = new Set(
    truth.flatMap(({ message: { type, data } }) => (type === 'CausalRootDeclared' ? [String(data.messageId)] : [])),
  );
  // Whatever has waited is worked off by then; until then everything that comes queues behind it.
  const replicasStopped = Number(labels[0]?.parameters.replicasStopped);
  const drainedMs = published.findLast(({ message }) => declared.has(message.id))?.message.time ?? endMs;
  return {
    declared,
    waits: (service, aggregate, timeMs) =>
      variant === 'service-outage' &&
      service === labels[0]?.target &&
      timeMs >= startMs &&
      (timeMs < endMs ? partitionOf(aggregate, 3) < replicasStopped : timeMs <= drainedMs),
    keepsOut: timeMs => variant === 'near-silence' && timeMs >= startMs && timeMs < endMs,
  };
}

/** True for what somebody outside the services sent. */
function isAct({ places }: World, place: string): boolean {
  return !place.startsWith(commandLogTopic) && places.get(place)?.source.startsWith('/services/') === false;
}

function placeIn({ topic, message }: StoredMessage): string {
  return placeOf(topic, message.id);
}
