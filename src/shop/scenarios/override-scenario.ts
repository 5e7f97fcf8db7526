import { cannot } from '../../base/errors.ts';
import { expectation, show } from '../../base/schema-issues.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

/** What flags may say in place of the file. Undefined: as in the file. */
export type ScenarioOverrides = {
  readonly seed?: number | undefined;
  readonly start?: string | undefined;
  readonly days?: number | undefined;
  readonly scale?: number | undefined;
};

/** What may override, within the limits of the file. */
export const overridesSchema = scenarioSchema.pick({ seed: true, start: true, days: true, scale: true }).partial();

/**
 * The scenario with `--seed`, `--start`, `--days` and `--scale` in place of its own; the file's limits hold for flags too.
 *
 * @throws USAGE when a flag's value is outside of them
 */
export function overrideScenario(scenario: Scenario, overrides: ScenarioOverrides): Scenario {
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const checked = overridesSchema.safeParse(given, { error: expectation });
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const flag = String(issue?.path[0]);
    throw cannot('USAGE', `take --${flag}`)(`it is ${show(given[flag])}`, String(issue?.message));
  }
  const { seed = scenario.seed, start = scenario.start, days = scenario.days, scale = scenario.scale } = overrides;
  return { ...scenario, seed, start, days, scale };
}
