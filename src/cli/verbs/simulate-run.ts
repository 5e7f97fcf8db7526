import { clusterIdOf, runTopics } from '../../simulation/shop-run.ts';
import { type SimulationResult, simulate } from '../../simulation/simulate.ts';
import type { Io } from '../io.ts';
import { openRunLog } from '../open-run-log.ts';
import type { ValuesOf } from '../options.ts';
import { resolveNamed } from '../resolve-named.ts';
import { formatTable } from '../table.ts';
import type { RunVerb } from '../verb.ts';
import type { SimulateFlags } from './simulate.ts';

type Values = ValuesOf<SimulateFlags>;

/** `cqshop simulate SCENARIO`. A run that fails or is interrupted leaves its topics empty. */
export const simulateRun: RunVerb<Values> = async ({ arguments: [name = ''], options }, io) => {
  const scenario = await resolveNamed(name, options);
  const clusterId = clusterIdOf(scenario);
  const { log, close, discard } = await openRunLog(options.broker, { ...options, topics: runTopics, clusterId });
  const progress = io.progress(`simulating ${scenario.name}, days`);
  let finished = false;
  try {
    const result = await simulate(scenario, {
      log,
      withoutAnomalies: options.withoutAnomalies,
      twin: options.twin,
      signal: io.signal,
      onProgress: share => progress.update(Math.floor(share * scenario.days), scenario.days),
    });
    finished = true;
    progress.done();
    describe(io, { scenario: scenario.name, seed: scenario.seed, broker: options.broker, result });
    return 0;
  } finally {
    progress.done();
    await close();
    if (!finished) await discard();
  }
};

function describe(
  io: Io,
  done: {
    readonly scenario: string;
    readonly seed: number;
    readonly broker: string;
    readonly result: SimulationResult;
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
  io.result({ scenario, seed, broker, messages, labels, nearMisses }, () =>
    [
      `${scenario}, seed ${seed}: ${messages} messages on ${broker}`,
      ...(rows.length > 0
        ? ['', formatTable(['injected', 'kind', 'intensity', 'start', 'end', 'target', 'observed'], rows)]
        : []),
    ].join('\n'),
  );
}
