import { hourMs } from '../../src/base/time.ts';
import type { StoredMessage } from '../../src/broker/message.ts';
import { messageIds } from '../../src/broker/message-id.ts';
import { partitionOf } from '../../src/broker/partition.ts';
import type { Label } from '../../src/data/dataset/truth.ts';
import { between } from '../../src/shop/engine/distributions.ts';
import { randomStreams } from '../../src/shop/engine/random.ts';
import type { ResolvedScenario } from '../../src/shop/scenarios/resolve-scenario.ts';
import { replicasOf } from '../../src/shop/services/partitions.ts';
import { catchUpSpeed } from '../../src/shop/simulation/virtual-replica.ts';
import type { ShopRun } from '../../src/shop/simulation/virtual-shop.ts';
import { type Places, placeOf, predictMessages, type Restart } from './predict-messages.ts';
import type { Recording } from './run-scenario.ts';

/** A world's messages, what each of them leads to, and who was to come. */
export type World = {
  readonly published: readonly StoredMessage[];
  readonly places: Places;
  readonly predicted: Places;
  /** The correlation ids that are there: of visits, and of what staff did. */
  readonly tasks: ReadonlySet<string>;
  /** When each visit of the calendar begins [ms], by correlation id. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** When each other visit, which a near miss brings, is first seen [ms], by correlation id. */
  readonly otherVisits: ReadonlyMap<string, number>;
};

/** Looks at a world by itself, so that it can be compared with others. */
export function surveyWorld(
  { published, run, nearMisses }: Pick<Recording, 'published' | 'run' | 'nearMisses'>,
  scenario: ResolvedScenario,
): World {
  const arrivals = arrivalsOf(run, scenario);
  return {
    published,
    places: new Map(published.map(({ topic, message }) => [placeOf(topic, message.id), message])),
    predicted: predictMessages(published, messageIds(scenario.seed), restartsAmong(nearMisses, scenario)),
    tasks: new Set(published.map(({ message }) => message.correlationid)),
    arrivals,
    otherVisits: otherVisitsAmong(published, arrivals),
  };
}

function otherVisitsAmong(
  published: readonly StoredMessage[],
  arrivals: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const visits = new Map<string, number>();
  for (const { message } of published) {
    const { source, correlationid, time } = message;
    if (source === '/customers' && !arrivals.has(correlationid) && !visits.has(correlationid))
      visits.set(correlationid, time);
  }
  return visits;
}

function restartsAmong(nearMisses: readonly Label[], { seed, partitions }: ResolvedScenario): readonly Restart[] {
  const replicas = replicasOf(partitions).length;
  return nearMisses
    .filter(({ anomaly }) => anomaly === 'service-restart')
    .map(({ target: service, start, end }): Restart => {
      const endMs = Date.parse(end);
      const speeds = Array.from({ length: replicas }, (_, replica) => {
        const { stream } = randomStreams(seed);
        return between(stream(`replica/${service}/${replica}/${endMs}`), catchUpSpeed.from, catchUpSpeed.to);
      });
      const speedFor = (aggregate: string) => speeds[partitionOf(aggregate, partitions) % replicas] ?? 1;
      return { service, startMs: Date.parse(start), endMs, speedFor };
    })
    .sort((a, b) => a.startMs - b.startMs);
}

/** Demand is drawn ahead by the hour and nothing moves it, so that it can be drawn again. */
function arrivalsOf({ shop }: ShopRun, { startMs, endMs }: ResolvedScenario): ReadonlyMap<string, number> {
  const arrivals = new Map<string, number>();
  for (let fromMs = startMs; fromMs < endMs; fromMs += hourMs) {
    const hour = Math.round(fromMs / hourMs);
    shop.demand.arrivals(fromMs, `arrivals/${hour}`).forEach((timeMs, index) => {
      arrivals.set(shop.world.opaqueId('v', `${hour}/${index}`), timeMs);
    });
  }
  return arrivals;
}
