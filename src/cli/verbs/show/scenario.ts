import { formatMinute, minuteMs } from '../../../base/time.ts';
import { pluralize } from '../../../base/words.ts';
import { formatTable, wrapText } from '../../../lab/report/table.ts';
import { nearMissKinds } from '../../../shop/near-misses/registry.ts';
import { formatDuration } from '../../../shop/scenarios/moments.ts';
import { readScenario } from '../../../shop/scenarios/read-scenario.ts';
import {
  type ResolvedNearMiss,
  type ResolvedScenario,
  resolveScenario,
} from '../../../shop/scenarios/resolve-scenario.ts';
import { defineVerb } from '../../verb.ts';

/** `cqshop show scenario NAME`: resolved with its own seed, with the time of each anomaly and near miss. */
export const verb = defineVerb({
  arguments: [{ name: '<scenario>', description: 'a name from cqshop list scenarios, or a YAML file' }],
  examples: ['cqshop show scenario stock-exhaustion'],
  async run({ arguments: [nameOrFile = ''] }, io) {
    const asked = resolveScenario(await readScenario(nameOrFile));
    const resolved = { ...asked, nearMisses: asked.nearMisses.map(atItsHours) };
    io.result(resolved, () => toText(resolved, io.width));
    return 0;
  },
});

/** A holiday takes the whole day, whatever its scenario asks for. */
function atItsHours(nearMiss: ResolvedNearMiss): ResolvedNearMiss {
  const hours = nearMissKinds.find(({ id }) => id === nearMiss.kind)?.hours;
  return { ...nearMiss, ...hours?.(nearMiss) };
}

function toText(scenario: ResolvedScenario, width: number | undefined): string {
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
    formatDuration(Math.round((endMs - startMs) / minuteMs) * minuteMs),
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
