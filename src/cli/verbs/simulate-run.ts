import { CqshopError } from '../../base/errors.ts';
import { isCollectedByDefault } from '../../broker/topics.ts';
import { simulate } from '../../shop/simulation/simulate.ts';
import { clusterIdOf, runTopics } from '../../shop/simulation/virtual-shop.ts';
import { describeSimulated } from '../describe-simulated.ts';
import { openRunLog } from '../open-run-log.ts';
import type { ValuesOf } from '../options.ts';
import { resolveNamed } from '../resolve-named.ts';
import type { RunVerb } from '../verb.ts';
import type { SimulateFlags } from './simulate.ts';

type Values = ValuesOf<SimulateFlags>;

/** `cqshop simulate SCENARIO`. A run that fails or is interrupted leaves its topics empty. */
export const simulateRun: RunVerb<Values> = async ({ arguments: [name = ''], options }, io) => {
  if (options.twin && options.withoutAnomalies) {
    throw new CqshopError(
      'USAGE',
      'Cannot take --twin with --without-anomalies: a twin needs both worlds, expected one of them',
    );
  }
  const scenario = await resolveNamed(name, options);
  if (options.live) return (await import('./simulate-live-run.ts')).simulateLiveRun(scenario, options, io);
  const clusterId = clusterIdOf(scenario);
  const { log, close, discard } = await openRunLog(options.broker, { ...options, topics: runTopics, clusterId });
  const progress = io.progress(`simulating ${scenario.name}, days`);
  let finished = false;
  let datasetMessages = 0;
  try {
    const result = await simulate(scenario, {
      log,
      observe: ({ topic }) => {
        if (isCollectedByDefault(topic)) datasetMessages += 1;
      },
      withoutAnomalies: options.withoutAnomalies,
      twin: options.twin,
      signal: io.signal,
      onProgress: share => progress.update(Math.floor(share * scenario.days), scenario.days),
    });
    finished = true;
    progress.done();
    describeSimulated(io, {
      scenario: scenario.name,
      seed: scenario.seed,
      broker: options.broker,
      result,
      datasetMessages,
    });
    return 0;
  } finally {
    progress.done();
    await close();
    if (!finished) await discard();
  }
};
