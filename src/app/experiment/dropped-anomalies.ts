import { cannot } from '../../base/errors.ts';
import { sum } from '../../base/sum.ts';
import { pluralize } from '../../base/words.ts';
import type { Scenario } from '../../shop/scenarios/scenario.ts';
import type { LeftOut } from '../../shop/simulation/leave-out.ts';
import type { TrainingPlan } from './plan.ts';

/** The ids of anomalies that left no trace, by the name of their run. */
export type DroppedAnomalies = ReadonlyMap<string, readonly string[]>;

/** One line on the anomalies that were dropped from training runs; undefined if none was. */
export function formatDropped(runs: TrainingPlan['runs'], dropped: DroppedAnomalies): string | undefined {
  const planned = plannedIn(runs);
  const incomplete = [...dropped].filter(([, ids]) => ids.length > 0);
  const missing = sum(incomplete, ([, ids]) => ids.length);
  if (missing === 0) return undefined;
  const named = incomplete.map(([run, ids]) => `${ids.join(', ')} (${run})`);
  return `${missing} of ${pluralize(planned, 'anomaly', 'anomalies')} planned for training left no trace in this shop and ${missing === 1 ? 'was' : 'were'} dropped: ${named.join(', ')}`;
}

/** One line on an anomaly that was left out of a test run. */
export function formatLeftOut(run: string, { id, reason }: LeftOut): string {
  return `${id} left no trace in ${run} and was left out: ${reason}`;
}

/** @throws TRAINING_IMPOSSIBLE when all anomalies of a plan were dropped */
export function assertTrainable(
  plans: readonly TrainingPlan[],
  dropped: DroppedAnomalies,
  shop: Pick<Scenario, 'name' | 'scale'> & { readonly customers: Pick<Scenario['customers'], 'visitsPerDay'> },
): void {
  for (const plan of plans) {
    const planned = plannedIn(plan.runs);
    if (planned === 0 || sum(plan.runs, ({ name }) => dropped.get(name)?.length ?? 0) < planned) continue;
    throw cannot('TRAINING_IMPOSSIBLE', `train detectors of ${plan.anomaly} in the shop of ${shop.name}`)(
      `none of ${pluralize(planned, 'anomaly', 'anomalies')} planned for training left a trace at scale ${shop.scale} of ${shop.customers.visitsPerDay} visits a day`,
      'a larger shop; raise scale, customers.visitsPerDay or catalogue.stockDays',
    );
  }
}

function plannedIn(runs: TrainingPlan['runs']): number {
  return sum(runs, ({ anomalies }) => anomalies.length);
}
