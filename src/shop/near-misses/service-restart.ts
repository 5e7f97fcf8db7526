import { minuteMs } from '../../base/time.ts';
import { cumulate, weightedIndex } from '../engine/distributions.ts';
import type { Intervention, InterventionRequest, NearMissKind, Shop } from '../interventions/intervention.ts';
import { workExpected } from '../interventions/service-work.ts';
import { replicasOf } from '../services/partitions.ts';
import { serviceNamed, services } from '../services/registry.ts';

/** A service is deployed, or its consumer group rebalances: all its replicas stop for some minutes, and its messages wait. */
export const serviceRestart: NearMissKind = {
  id: 'service-restart',
  title: 'Service restart',
  description:
    'A service restarts or its consumer group rebalances: its messages wait for 1-10 min and are handled after that',
  taxonomy: 'deployment',
  defaultDurationMs: { from: minuteMs, to: 10 * minuteMs },
  plan,
};

function plan({ id, startMs, endMs, target }: InterventionRequest, { world, demand }: Shop): Intervention {
  const random = world.stream(`near-miss/${id}`);
  const drawn =
    services[
      weightedIndex(random, cumulate(services.map(({ name }) => workExpected(name, demand, { startMs, endMs }))))
    ];
  const service = target === 'random' && drawn !== undefined ? drawn.name : serviceNamed(String(target)).name;
  const replicas = replicasOf(world.partitions);
  let late = 0;
  let lastLateMs = endMs;
  return {
    target: service,
    parameters: { service, replicasStopped: replicas.length, ofReplicas: replicas.length },
    inject: () => {
      world.at(startMs, () => {
        const restarts = replicas.map((_, replica) =>
          world.stopReplica(service, replica, ({ time }) => {
            late += 1;
            lastLateMs = time;
          }),
        );
        world.at(endMs, () => {
          for (const restart of restarts) restart();
        });
      });
    },
    outcome: () => ({
      entities: [{ type: 'service', id: service }],
      effectEndMs: lastLateMs,
      receipt: { messagesPublishedLate: late },
    }),
  };
}
