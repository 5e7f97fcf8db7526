import type { SimulationResult } from '../simulation/simulate.ts';
import type { Io } from './io.ts';
import { formatTable } from './table.ts';

/** Prints what a run, virtual or live, left on its broker. */
export function describeSimulated(
  io: Io,
  done: {
    readonly scenario: string;
    readonly seed: number;
    readonly broker: string;
    readonly result: Pick<SimulationResult, 'messages' | 'labels' | 'nearMisses'>;
    /** More of the result, for --json. */
    readonly more?: Readonly<Record<string, unknown>>;
  },
): void {
  const { scenario, seed, broker, result } = done;
  const { messages, labels, nearMisses } = result;
  const rows = [...labels, ...nearMisses].map(({ id, anomaly, intensity, start, end, target, receipt }) => {
    const observed = Object.entries(receipt).flatMap(([key, value]) =>
      typeof value === 'number' ? [`${key} ${value}`] : [],
    );
    return [id, anomaly, intensity, start.slice(0, 16), end.slice(0, 16), target, observed.join(', ')];
  });
  io.result({ scenario, seed, broker, messages, labels, nearMisses, ...done.more }, () =>
    [
      `${scenario}, seed ${seed}: ${messages} messages on ${broker}`,
      ...(rows.length > 0
        ? ['', formatTable(['injected', 'kind', 'intensity', 'start', 'end', 'target', 'observed'], rows)]
        : []),
    ].join('\n'),
  );
}
