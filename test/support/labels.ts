import type { Label } from '../../src/data/dataset/truth.ts';
import type { Alarm } from '../../src/lab/detectors/detector.ts';
import { windowMs } from './units.ts';

/** A label over windows [from, to), given by index. */
export function label(id: string, from: number, to: number, changes: Partial<Label> = {}): Label {
  const time = (window: number) => new Date(window * windowMs).toISOString();
  return {
    id,
    anomaly: 'stock-exhaustion',
    variant: 'fast',
    intensity: 'blatant',
    taxonomy: '',
    target: '',
    entities: [{ type: 'user', id: 'u' }],
    start: time(from),
    end: time(to),
    effect_start: time(from),
    effect_end: time(to),
    parameters: {},
    receipt: {},
    ...changes,
  };
}

/** An alarm of user `id` over windows [from, to). */
export function alarm(id: string, from: number, to: number, changes: Partial<Alarm> = {}): Alarm {
  return {
    startMs: from * windowMs,
    endMs: to * windowMs,
    detectedAtMs: (from + 1) * windowMs,
    score: 1,
    threshold: 0.5,
    anomaly: 'stock-exhaustion',
    entity: { type: 'user', id },
    detector: 'd',
    evidence: { text: '', features: {} },
    ...changes,
  };
}
