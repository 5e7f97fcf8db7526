import type { Message } from '../../broker/message.ts';
import { Shopper } from './shopper.ts';

/** Visits of one customer, one after the other in one process: each has a random stream and a correlation id of its own. */
export function severalVisits(
  name: string,
  options: ConstructorParameters<typeof Shopper>[1],
): { readonly visit: () => Shopper; readonly observe: (event: Message) => void } {
  let count = 0;
  let current: Shopper | undefined;
  return {
    visit: () => {
      current = new Shopper(`${name}/visit/${count}`, options);
      count += 1;
      return current;
    },
    observe: event => current?.observe(event),
  };
}
