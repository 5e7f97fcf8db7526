import { messageIds } from '../../broker/message-id.ts';
import type { MessageLog } from '../../broker/message-log.ts';
import { commandLogTopic, commandTopic, eventTopic, truthTopic } from '../../broker/topics.ts';
import { assortment } from '../customers/assortment.ts';
import { Demand } from '../customers/demand.ts';
import { people } from '../customers/people.ts';
import { visitors } from '../customers/visitors.ts';
import { randomStreams } from '../engine/random.ts';
import { VirtualTime } from '../engine/virtual-time.ts';
import type { Shop } from '../interventions/intervention.ts';
import type { ResolvedScenario } from '../scenarios/resolve-scenario.ts';
import { services } from '../services/registry.ts';
import { planCampaigns, runCampaign } from '../staff/marketing.ts';
import { managePrices } from '../staff/price-manager.ts';
import { StockKeeper } from '../staff/stock-keeper.ts';
import { stockShelves } from '../staff/stock-shelves.ts';
import { shelfEvents } from '../world/shelf.ts';
import type { World } from '../world/world.ts';
import { ServiceHost } from './service-host.ts';
import { VirtualBroker } from './virtual-broker.ts';
import { virtualWorld } from './virtual-world.ts';

/** The topics of a run, in the order in which they are made. */
export const runTopicNames: readonly string[] = [
  ...services.flatMap(({ name }) => [commandTopic(name), eventTopic(name)]),
  commandLogTopic,
  truthTopic,
];

/** The topics of a run with their partitions. */
export function runTopics({ partitions }: Pick<ResolvedScenario, 'partitions'>): ReadonlyMap<string, number> {
  return new Map(runTopicNames.map(name => [name, name === truthTopic ? 1 : partitions]));
}

/** Identifies a run to those who read its topics, from its content: a rerun has the same. */
export function clusterIdOf({ hash, seed, days }: ResolvedScenario): string {
  return `${hash.slice(0, 16)}-${seed}-${days}`;
}

/** One world: the shop with its services, staff and customers on virtual time. */
export type ShopRun = {
  readonly time: VirtualTime;
  readonly broker: VirtualBroker;
  readonly hosts: ReadonlyMap<string, ServiceHost>;
  readonly shop: Shop;
};

/** Builds the world of a scenario, without its anomalies and near misses, everything put into the calendar from its start. */
export function createVirtualShop(scenario: ResolvedScenario, log?: MessageLog): ShopRun {
  const { seed, partitions, startMs } = scenario;
  const time = new VirtualTime(startMs);
  const broker = new VirtualBroker(time, { topics: runTopics(scenario), log });
  const ids = messageIds(seed);
  const streams = randomStreams(seed);
  const hosts = new Map(
    services.map(service => [service.name, new ServiceHost(service, { partitions, time, broker, ids, streams })]),
  );
  for (const host of hosts.values()) host.connect();

  const world = virtualWorld({ seed, partitions, time, broker, hosts });
  return { time, broker, hosts, shop: populateWorld(world, scenario) };
}

/** Puts shelves, staff and customers into a world's calendar, whether its time is virtual or not. */
export function populateWorld(world: World, scenario: ResolvedScenario): Shop {
  const { seed, startMs, endMs } = scenario;
  const streams = randomStreams(seed);
  world.watch({ name: 'shelf', types: shelfEvents }, event => world.shelf.receive(event));
  const visitsPerDay = scenario.customers.visitsPerDay * scenario.scale;
  const products = assortment(scenario.catalogue, { seed, visitsPerDay, streams });
  const demand = new Demand({ ...scenario.customers, visitsPerDay }, { startMs, days: scenario.days, streams });
  const customers = visitors(world, {
    demand,
    habits: { assortment: products, conversionShare: scenario.customers.conversionShare },
    drawPerson: people(seed),
    newVisitorShare: scenario.customers.newVisitorShare,
  });
  const stockKeeper = new StockKeeper(world, products);

  stockShelves(world, products, startMs);
  stockKeeper.start(startMs, endMs);
  managePrices(world, products, { fromMs: startMs, untilMs: endMs });
  for (const campaign of planCampaigns(streams, { startMs, endMs })) runCampaign({ world, demand }, campaign);
  world.at(startMs, () => customers.open(startMs, endMs));
  return { world, assortment: products, demand, visitors: customers, stockKeeper };
}
