import { describe, expect, test } from 'vitest';
import { anomalyKinds } from '../../src/anomalies/registry.ts';
import type { StoredMessage } from '../../src/messaging/message.ts';
import { explainDifferences } from '../support/explain-differences.ts';
import { anomaly, record, scenarioFor } from '../support/run-scenario.ts';

const startMs = Date.parse('2026-03-04T10:00:00Z');
const endMs = startMs + 4 * 3_600_000;

const cases = anomalyKinds.flatMap(kind =>
  Object.keys(kind.variants).map(variant => ({ anomaly: kind.id, variant, at: '2d10h', duration: '4h' })),
);

describe.each(cases)('the twin of $anomaly, $variant', change => {
  async function worlds() {
    const scenario = await scenarioFor('clean', {
      seed: 77,
      days: 5,
      anomalies: [anomaly({ ...change, intensity: 'moderate' })],
    });
    const withAnomaly = await record(scenario, {});
    const without = await record(scenario, { withoutAnomalies: true });
    return { withAnomaly, without };
  }

  test('is the same world until the anomaly begins, and differs after that only where causation leads', async () => {
    const { withAnomaly, without } = await worlds();
    const before = (stored: StoredMessage) => stored.message.time < startMs;
    expect(withAnomaly.published.filter(before)).toEqual(without.published.filter(before));

    const label = withAnomaly.labels[0];
    const differences = explainDifferences(withAnomaly.published, without.published, stored =>
      isRoot(stored, change, label?.target ?? ''),
    );
    expect(differences.length).toBeGreaterThan(0);
    const unexplained = differences.filter(({ why }) => why === undefined).slice(0, 3);
    expect(unexplained).toEqual([]);
    // Some of the world is untouched after the anomaly as well: nothing else reshuffles.
    const after = without.published.filter(({ message }) => message.time > endMs).length;
    const afterDiffering = differences.filter(({ stored }) => stored.message.time > endMs).length / 2;
    expect(afterDiffering).toBeLessThan(0.8 * after);
  });
});

/** Where the chains of each anomaly begin: its actors' commands without a cause, its stopped service, the visits it kept out. */
function isRoot(
  { topic, message }: StoredMessage,
  change: { readonly anomaly: string; readonly variant: string },
  target: string,
): boolean {
  const inTime = message.time >= startMs && message.time < endMs + 60_000;
  switch (change.variant) {
    case 'service-outage':
      return (
        inTime &&
        (topic === `${target}-events` || topic === `${target}-commands` || topic === 'application-command-topic')
      );
    case 'near-silence':
      // Who was kept out would have looked around before filling a cart.
      return (
        message.kind === 'command' &&
        message.causationid === '' &&
        message.time >= startMs &&
        message.time < endMs + 3_600_000
      );
    default:
      return inTime && message.kind === 'command' && message.causationid === '';
  }
}
