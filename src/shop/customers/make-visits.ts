import { type Behaviour, runProcess } from '../world/process.ts';
import { Shopper } from './shopper.ts';

/**
 * Lets one customer make several visits, one after the other. Each has a random stream and a correlation id of its own.
 *
 * @param behaviourOf what the customer does; `visit` begins the next visit
 */
export function makeVisits(
  name: string,
  options: ConstructorParameters<typeof Shopper>[1],
  behaviourOf: (visit: () => Shopper) => Behaviour,
): void {
  let count = 0;
  let current: Shopper | undefined;
  const visit = () => {
    current = new Shopper(`${name}/visit/${count}`, options);
    count += 1;
    return current;
  };
  const { world, customer } = options;
  runProcess(behaviourOf(visit), { world, userId: customer.userId, observe: event => current?.observe(event) });
}
