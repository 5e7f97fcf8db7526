import { hourMs } from '../../base/time.ts';
import type { Message } from '../../broker/message.ts';
import { chance, geometric } from '../engine/distributions.ts';
import { runProcess } from '../world/process.ts';
import type { World } from '../world/world.ts';
import { type Customer, newCustomer } from './customer.ts';
import type { Demand } from './demand.ts';
import type { People } from './people.ts';
import { Shopper } from './shopper.ts';
import { type Habits, type VisitPlan, visit } from './visit.ts';

/** How many visits back somebody who comes again was here: at least these, plus a geometric number of this mean. */
const returnsAfterVisits = { min: 60, mean: 700 } as const;
/** Visits that are remembered; who was not here for longer counts as new. Bounds the memory. */
const remembered = 4096;

export type VisitorsOptions = {
  readonly demand: Demand;
  readonly habits: Habits;
  readonly people: People;
  /** Share of visits by somebody who was never here. */
  readonly newVisitorShare: number;
};

export type Visitors = {
  /** Lets visits begin from `fromMs` to `untilMs`. */
  readonly open: (fromMs: number, untilMs: number) => void;
  /** One more visit, now, by somebody new, such as an anomaly's; `name` must be the caller's own. */
  readonly extraVisit: (name: string, plan?: VisitPlan, onAct?: (message: Message) => void) => void;
  /** Somebody new, not yet on a visit. */
  readonly newcomer: (name: string) => Customer;
};

/**
 * The stream of visits. Who comes at a visit depends on the visit's own draws and on who was drawn earlier, never on what
 * happened in the shop, so an anomaly moves nobody else's visit.
 */
export function visitors(world: World, options: VisitorsOptions): Visitors {
  const { demand, habits, people } = options;
  const recent: (Customer | undefined)[] = new Array(remembered);
  let count = 0;

  const newcomer = (name: string): Customer => {
    const userId = world.opaqueId('u', name);
    return newCustomer(userId, () => people.person(world.stream(`person/${name}`), userId));
  };

  const begin = (name: string, customer: Customer, plan: VisitPlan = {}, onAct?: (message: Message) => void) => {
    if (!world.isReachable(name)) return;
    const shopper = new Shopper(name, { world, customer, onAct });
    runProcess(visit(shopper, habits, plan), { world, userId: customer.userId, observe: shopper.observe });
  };

  const visitor = (name: string): Customer => {
    const random = world.stream(`visitor/${name}`);
    const back = chance(random, options.newVisitorShare)
      ? count + 1
      : returnsAfterVisits.min + geometric(random, 1 / returnsAfterVisits.mean);
    const known = back <= count && back < remembered ? recent[(count - back) % remembered] : undefined;
    const customer = known ?? newcomer(name);
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
    extraVisit: (name, plan, onAct) => begin(name, newcomer(name), plan, onAct),
  };
}
