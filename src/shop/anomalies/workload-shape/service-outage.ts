import { dayMs, rfc3339 } from '../../../base/time.ts';
import { twoDecimals } from '../../../base/two-decimals.ts';
import { pick } from '../../engine/distributions.ts';
import {
  type AnomalyRequest,
  aftermathMs,
  type Intervention,
  type Place,
  placeOf,
  type Shop,
} from '../../interventions/intervention.ts';
import { workExpected } from '../../interventions/service-work.ts';
import { zOfDeficit, zRange } from '../../interventions/visibility.ts';
import { replicasOf } from '../../services/partitions.ts';
import { serviceNamed, services } from '../../services/registry.ts';
import type { Leave } from '../../world/world.ts';

/** What stops: of three replicas one, two or all. The messages of their aggregates wait. */
type Outage = {
  readonly service: string;
  readonly replicas: number;
  /** Pieces of work that the service is expected to have while it lasts. */
  readonly workExpected: number;
  readonly visibilityZ: number;
};

/** True if some service can stop there so that the outage has its intensity. */
export function outageFits(request: AnomalyRequest, place: Place): boolean {
  return outages(request, place).some(outage => fits(request, place, outage));
}

/** A subtle outage leaves a replica running: without any, a service's count of 0 or its backlog would give it away. */
function fits(request: AnomalyRequest, { partitions }: Place, outage: Outage): boolean {
  const isPartial = outage.replicas < replicasOf(partitions).length;
  const mustBePartial = request.intensity === 'subtle' && request.strength === undefined;
  return distance(request, outage) === 0 && (isPartial || !mustBePartial);
}

/** Every outage that the target leaves open. */
function outages(request: AnomalyRequest, { demand, partitions }: Place): readonly Outage[] {
  const { target, endMs } = request;
  const replicas = replicasOf(partitions);
  const names = target === 'random' ? services.map(({ name }) => name) : [serviceNamed(String(target)).name];
  return names.flatMap(service => {
    const work = workExpected(service, demand, request);
    let missing = 0;
    return replicas.map((own, index): Outage => {
      const startMs = stopMs(request, index / replicas.length);
      missing += (workExpected(service, demand, { startMs, endMs }) * own.length) / partitions;
      const visibilityZ = work === 0 ? 0 : zOfDeficit(work, Math.min(1, missing / work));
      return { service, replicas: index + 1, workExpected: work, visibilityZ };
    });
  });
}

/**
 * When a replica stops. Creeping: one after the other, within the first half.
 *
 * @param before the share of the replicas that stop before it [0, 1)
 */
function stopMs({ startMs, endMs, onset }: AnomalyRequest, before: number): number {
  return startMs + (onset === 'step' ? 0 : before * 0.5 * (endMs - startMs));
}

/** How far the z of an outage is from the range of the intensity that was asked for. More than blatant is blatant. */
function distance(request: AnomalyRequest, { visibilityZ }: Outage): number {
  const { from, to } = zRange(request);
  const hasEnd = request.strength !== undefined || request.intensity !== 'blatant';
  return Math.max(0, from - visibilityZ, hasEnd ? visibilityZ - to : 0);
}

/** One of those that fit, or of those that fit best. */
function chosenOutage(request: AnomalyRequest, place: Place): Outage {
  const all = outages(request, place);
  const fitting = all.filter(outage => fits(request, place, outage));
  const least = Math.min(...all.map(outage => distance(request, outage)));
  return pick(place.random, fitting.length > 0 ? fitting : all.filter(outage => distance(request, outage) === least));
}

export function planOutage(request: AnomalyRequest, shop: Shop): Intervention {
  const { world } = shop;
  const { startMs, endMs } = request;
  const { service, replicas, workExpected: work, visibilityZ } = chosenOutage(request, placeOf(request, shop));
  const ofReplicas = replicasOf(world.partitions).length;
  let waited = 0;
  let lastLateMs = endMs;
  const counts = new Map<string, { before: number; during: number }>();
  return {
    target: service,
    parameters: { service, replicasStopped: replicas, ofReplicas, visibilityZ: twoDecimals(visibilityZ) },
    inject: trace => {
      const everyEvent = services.flatMap(({ events }) => Object.keys(events));
      world.watch(
        { name: `anomaly/${request.id}`, types: everyEvent, fromMs: startMs - dayMs, untilMs: endMs },
        event => {
          const now = world.nowMs();
          if (now >= endMs - dayMs && now < startMs) return;
          const count = counts.get(event.type) ?? { before: 0, during: 0 };
          if (now < startMs) count.before += 1;
          else count.during += 1;
          counts.set(event.type, count);
        },
      );
      const restarts: Leave[] = [];
      for (let replica = 0; replica < replicas; replica += 1) {
        world.at(stopMs(request, replica / ofReplicas), () =>
          restarts.push(
            world.stopReplica(service, replica, message => {
              lastLateMs = message.time;
              trace.act(message);
            }),
          ),
        );
      }
      world.at(endMs, () => {
        waited = world.backlogOf(service);
        for (const restart of restarts) restart();
      });
    },
    outcome: () => ({
      entities: [{ type: 'service', id: service }],
      // Until it has caught up, the service answers no customer in time.
      effectEndMs: lastLateMs + aftermathMs,
      receipt: {
        messagesWaited: waited,
        caughtUp: rfc3339(lastLateMs),
        workExpected: twoDecimals(work),
        // A stopped order service means no OrderCreated, and no confirmation, shipment or materialised reservation either.
        silenced: [...counts]
          .flatMap(([type, { before, during }]) => (before >= 3 && during === 0 ? [type] : []))
          .sort(),
        eventsDayBeforeAndDuring: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
      },
      ...(waited === 0 ? { noTrace: `no message waited for ${service}` } : {}),
    }),
  };
}
