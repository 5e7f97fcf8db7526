import { anomaliesOf } from '../app/experiment/plan.ts';
import { CqshopError } from '../base/errors.ts';
import type { Scenario } from '../shop/scenarios/scenario.ts';

/**
 * For scenarios that run together: detectors train on one shop, and the results of each anomaly have one place.
 *
 * @throws USAGE when their shops differ or two of them hold the same anomaly
 */
export function assertNotMixed(scenarios: readonly Scenario[]): void {
  const [first, ...others] = scenarios;
  const cannot = (what: string, expected: string) =>
    new CqshopError(
      'USAGE',
      `Cannot run ${scenarios.map(({ name }) => name).join(' ')} together: ${what}, expected ${expected}; run them one by one`,
    );
  for (const other of others) {
    const setting = (['scale', 'customers', 'catalogue'] as const).find(
      key => JSON.stringify(first?.[key]) !== JSON.stringify(other[key]),
    );
    if (setting !== undefined) throw cannot(`their ${setting} differs`, 'scenarios of one shop');
  }
  const holders = new Map<string, string>();
  for (const scenario of scenarios) {
    for (const anomaly of anomaliesOf(scenario)) {
      const holder = holders.get(anomaly);
      if (holder !== undefined) {
        throw cannot(`${holder} and ${scenario.name} both have ${anomaly}`, 'each anomaly in one scenario');
      }
      holders.set(anomaly, scenario.name);
    }
  }
}
