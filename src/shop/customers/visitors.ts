import { hourMs } from '../../base/time.ts';
import type { Message } from '../../broker/message.ts';
import { chance, geometric } from '../engine/distributions.ts';
import { runProcess } from '../world/process.ts';
import type { World } from '../world/world.ts';
import type { Customer } from './customer.ts';
import type { Demand } from './demand.ts';
import type { DrawPerson } from './people.ts';
import { Shopper } from './shopper.ts';
import { type Habits, type VisitPlan, visit } from './visit.ts';

/** Number of visits since a returning customer's last one: `min` plus a geometric number with this mean. */
const returnsAfterVisits = { min: 60, mean: 700 } as const;
/** Number of visits that are remembered. A customer whose last visit is older counts as new. Bounds the memory. */
const remembered = 4096;

export type VisitorsOptions = {
  readonly demand: Demand;
  readonly habits: Habits;
  readonly drawPerson: DrawPerson;
  /** Share of visits by new customers [0, 1]. */
  readonly newVisitorShare: number;
};

export type Visitors = {
  /** Lets visits begin from `fromMs` to `untilMs`. */
  readonly open: (fromMs: number, untilMs: number) => void;
  /**
   * One more visit, now, for example an anomaly's. No other visit may have its name.
   *
   * @param plan.by who comes: a new customer (default); with `anybody`, as for other visits, a returning customer or a new one
   */
  readonly extraVisit: (
    name: string,
    plan: VisitPlan & { readonly by?: 'newcomer' | 'anybody' },
    onAct: (message: Message) => void,
  ) => void;
  /** A new customer, not yet on a visit. */
  readonly newcomer: (name: string) => Customer;
};

/**
 * The stream of visits. The customer of a visit depends on the visit's own draws and on the customers drawn earlier, never on what
 * happened in the shop. So an anomaly moves no other visit.
 */
export function visitors(world: World, options: VisitorsOptions): Visitors {
  const { demand, habits, drawPerson } = options;
  const recent: (Customer | undefined)[] = new Array(remembered);
  let count = 0;

  const newcomer = (name: string): Customer => {
    const userId = world.opaqueId('u', name);
    const person = () => drawPerson(world.stream(`person/${name}`), userId);
    return { userId, person, account: 'none', activationCode: '', wish: undefined };
  };

  const begin = (name: string, customer: Customer, plan: VisitPlan = {}, onAct?: (message: Message) => void) => {
    if (!world.isReachable(name)) return;
    const shopper = new Shopper(name, { world, customer, onAct });
    runProcess(visit(shopper, habits, plan), { world, userId: customer.userId, observe: shopper.observe });
  };

  const anybody = (name: string): Customer => {
    const random = world.stream(`visitor/${name}`);
    const back = chance(random, options.newVisitorShare)
      ? count + 1
      : returnsAfterVisits.min + geometric(random, 1 / returnsAfterVisits.mean);
    const known = back <= count && back < remembered ? recent[(count - back) % remembered] : undefined;
    return known ?? newcomer(name);
  };

  // Extra visits are not remembered: the customers of other visits would be other ones.
  const visitor = (name: string): Customer => {
    const customer = anybody(name);
    recent[count % remembered] = customer;
    count += 1;
    return customer;
  };

  const openHour = (fromMs: number, untilMs: number) => {
    const hour = Math.round(fromMs / hourMs);
    demand.arrivals(fromMs, `arrivals/${hour}`).forEach((timeMs, index) => {
      if (timeMs >= untilMs) return;
      const name = `${hour}/${index}`;
      world.at(timeMs, () => begin(name, visitor(name)));
    });
    if (fromMs + hourMs < untilMs) world.at(fromMs + hourMs, () => openHour(fromMs + hourMs, untilMs));
  };

  return {
    open: openHour,
    newcomer,
    extraVisit: (name, { by = 'newcomer', ...plan }, onAct) =>
      begin(name, by === 'anybody' ? anybody(name) : newcomer(name), plan, onAct),
  };
}
