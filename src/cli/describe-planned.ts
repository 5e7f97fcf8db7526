import { formatMinute, minuteMs } from '../base/time.ts';
import { pluralize } from '../base/words.ts';
import { formatTable } from '../lab/report/terminal/table.ts';
import { wrapText } from '../lab/report/terminal/wrap-text.ts';
import { nearMissKinds } from '../shop/near-misses/registry.ts';
import { compactDuration } from '../shop/scenarios/moments.ts';
import type { ResolvedNearMiss, ResolvedScenario } from '../shop/scenarios/resolve-scenario.ts';

/** Messages of a dataset, measured on clean runs: a visit, and a product of the opening stock. Anomalies can add a fifth. */
const messagesPer = { visit: 33, product: 12 } as const;

/** About how many messages the dataset of a run will hold, in two figures. */
export function expectedMessages({ customers, catalogue, scale, days }: ResolvedScenario): number {
  const visits = customers.visitsPerDay * scale * days;
  return Number((visits * messagesPer.visit + catalogue.products * messagesPer.product).toPrecision(2));
}

/** A scenario whose near misses have the hours that they will have. */
export function atTheirHours(scenario: ResolvedScenario): ResolvedScenario {
  return { ...scenario, nearMisses: scenario.nearMisses.map(atItsHours) };
}

/** A holiday takes the whole day, whatever its scenario asks for. */
function atItsHours(nearMiss: ResolvedNearMiss): ResolvedNearMiss {
  const hours = nearMissKinds.find(({ id }) => id === nearMiss.kind)?.hours;
  return { ...nearMiss, ...hours?.(nearMiss) };
}

/** What a scenario holds, and when. */
export function describePlanned(scenario: ResolvedScenario, width: number | undefined): string {
  const { customers, catalogue } = scenario;
  const interventions = [
    ...scenario.anomalies.map(({ anomaly, variant, intensity, onset, ...place }) => ({
      ...place,
      what: [anomaly, variant, intensity, onset].join(' '),
    })),
    ...scenario.nearMisses.map(({ kind, ...place }) => ({ ...place, what: `near miss: ${kind}` })),
  ].sort((a, b) => a.startMs - b.startMs);
  const rows = interventions.map(({ id, startMs, endMs, target, what }) => [
    formatMinute(startMs),
    compactDuration(Math.round((endMs - startMs) / minuteMs) * minuteMs),
    id,
    target === 'random' ? what : `${what}, target ${[target].flat().join(' ')}`,
  ]);
  return [
    wrapText(`${scenario.name}: ${scenario.description}`, width),
    wrapText(
      `${pluralize(scenario.days, 'day')} from ${formatMinute(scenario.startMs)}, seed ${scenario.seed}, ${customers.visitsPerDay * scenario.scale} visits per day, ${pluralize(catalogue.products, 'product')}`,
      width,
    ),
    ...(rows.length === 0 ? [] : ['', formatTable(['start (UTC)', 'for', 'id', 'what'], rows, { width })]),
  ].join('\n');
}
