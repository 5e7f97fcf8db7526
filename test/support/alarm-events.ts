import type { AlarmEvent } from '../../src/app/streaming/alarm-feed.ts';

/** An alarm of each of so many users. */
export function alarmEvents(count: number): readonly AlarmEvent[] {
  return Array.from({ length: count }, (_, index): AlarmEvent => {
    const entity = { type: 'user', id: `u-${index}` } as const;
    const evidence = { text: 'many units', features: {} };
    const found = { anomaly: 'stock-exhaustion', detector: 'cart', score: 1, threshold: 0.5 };
    const alarm = { ...found, startMs: 0, endMs: 60_000, detectedAtMs: 60_000, entity, evidence };
    return { type: 'AnomalyDetected', id: `alarm-${index}`, alarm };
  });
}
