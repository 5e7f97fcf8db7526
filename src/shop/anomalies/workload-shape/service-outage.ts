import { dayMs } from '../../../base/time.ts';
import { pick } from '../../engine/distributions.ts';
import { type AnomalyRequest, aftermathMs, type Intervention, type Shop } from '../../interventions/intervention.ts';
import { partitionsPerTopic } from '../../services/partitions.ts';
import { serviceNamed, services } from '../../services/registry.ts';
import type { Leave } from '../../world/world.ts';

/** Number of replicas that stop: the messages of a third of the aggregates wait, of two thirds, or of all. */
const replicasStopped = { subtle: 1, moderate: 2, blatant: partitionsPerTopic } as const;

export function planOutage(request: AnomalyRequest, shop: Shop): Intervention {
  const { world } = shop;
  const { startMs, endMs, intensity, onset } = request;
  const random = world.stream(`anomaly/${request.id}`);
  const service = request.target === 'random' ? pick(random, services).name : serviceNamed(String(request.target)).name;
  const replicas = replicasStopped[intensity];
  const lengthMs = endMs - startMs;
  let waited = 0;
  const counts = new Map<string, { before: number; during: number }>();
  return {
    startMs,
    target: service,
    variant: request.variant,
    parameters: { service, replicasStopped: replicas, ofReplicas: partitionsPerTopic },
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
        // Creeping: one replica after the other.
        const share = onset === 'step' ? 0 : (replica * 0.5) / replicas;
        world.at(startMs + share * lengthMs, () => restarts.push(world.stopReplica(service, replica, trace.act)));
      }
      world.at(endMs, () => {
        waited = world.backlogOf(service);
        for (const restart of restarts) restart();
      });
    },
    outcome: () => {
      return {
        entities: [{ type: 'service', id: service }],
        endMs,
        effectStartMs: startMs,
        effectEndMs: endMs + aftermathMs,
        receipt: {
          messagesWaited: waited,
          // A stopped order service means no OrderCreated, and no confirmation, shipment or materialised reservation either.
          silenced: [...counts]
            .flatMap(([type, { before, during }]) => (before >= 3 && during === 0 ? [type] : []))
            .sort(),
          eventsDayBeforeAndDuring: Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
        },
        ...(waited === 0 ? { noTrace: `no message waited for ${service}` } : {}),
      };
    },
  };
}
