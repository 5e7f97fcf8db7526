import { rmSync } from 'node:fs';
import { openEmbeddedLog } from '../../broker/embedded/embedded-log.ts';
import { openEmbeddedSource } from '../../broker/embedded/embedded-log-source.ts';
import { collect } from '../../data/collector/collect.ts';
import type { CollectOptions } from '../../data/collector/collect-options.ts';
import type { ResolvedScenario } from '../../shop/scenarios/resolve-scenario.ts';
import { type SimulateOptions, simulate } from '../../shop/simulation/simulate.ts';
import { clusterIdOf, runTopics } from '../../shop/simulation/virtual-shop.ts';

/** Simulates a scenario onto an embedded broker, in place of what is there. @throws ANOMALY_LEFT_NO_TRACE, WRITE_FAILED */
export async function simulateOnto(
  broker: string,
  scenario: ResolvedScenario,
  options: Omit<SimulateOptions, 'log'> = {},
): Promise<void> {
  rmSync(broker, { recursive: true, force: true });
  const log = openEmbeddedLog(broker, { topics: runTopics(scenario), clusterId: clusterIdOf(scenario) });
  try {
    await simulate(scenario, { ...options, log });
  } finally {
    log.close();
  }
}

/** Collects what is on an embedded broker into a dataset. @throws DATASET_EXISTS, WRITE_FAILED */
export async function collectFrom(broker: string, options: CollectOptions): Promise<void> {
  const source = openEmbeddedSource(broker);
  try {
    await collect(source, options);
  } finally {
    await source.close();
  }
}
