import type { Message, StoredMessage } from '../../src/broker/message.ts';
import { pick } from '../../src/shop/engine/distributions.ts';
import { randomStreams } from '../../src/shop/engine/random.ts';
import { placeOf } from './predict-messages.ts';

/** What a simulation would show that couples what it should not: which messages could, and what becomes of one; nothing if it is lost. */
type Fault = {
  readonly concerns: (stored: StoredMessage) => boolean;
  readonly change: (message: Message) => Message | undefined;
};

const faults: Readonly<Record<string, Fault>> = {
  'another draw of a visit': {
    concerns: ({ topic, message }) =>
      topic === 'cart-commands' && message.source === '/customers' && isAbout(message, 'quantity'),
    change: message => ({ ...message, data: { ...message.data, quantity: Number(message.data.quantity) + 1 } }),
  },
  'a delayed message about a customer': {
    concerns: ({ message }) => isAbout(message, 'userId'),
    change: message => ({ ...message, time: message.time + 7 }),
  },
  'another price of a product': {
    concerns: ({ message }) => isAbout(message, 'price'),
    change: message => ({ ...message, data: { ...message.data, price: Number(message.data.price) + 0.01 } }),
  },
  'a dropped message': { concerns: () => true, change: () => undefined },
};

/**
 * Plants faults of every kind at random into messages, so that each stands alone: at most one about a customer, visit, task of the staff or price.
 *
 * @returns the messages in order of time, and the kind of fault by the place of the message that has it
 */
export function plantDifferences(
  published: readonly StoredMessage[],
  plan: {
    readonly ofEachKind: number;
    /** Which messages may be touched. */
    readonly among: (stored: StoredMessage) => boolean;
    readonly seed: number;
  },
): { readonly published: readonly StoredMessage[]; readonly planted: ReadonlyMap<string, string> } {
  const chosen = new Map<StoredMessage, string>();
  const taken = new Set<string>();
  for (const [kind, { concerns }] of Object.entries(faults)) {
    const random = randomStreams(plan.seed).stream(`plant/${kind}`);
    const candidates = published.filter(stored => plan.among(stored) && concerns(stored));
    for (let left = plan.ofEachKind; left > 0; ) {
      const stored = pick(random, candidates);
      if (whoseIs(stored).some(name => taken.has(name))) continue;
      left -= 1;
      chosen.set(stored, kind);
      for (const name of whoseIs(stored)) taken.add(name);
    }
  }
  const changed = published.flatMap(stored => {
    const message = faults[chosen.get(stored) ?? '']?.change(stored.message);
    if (message !== undefined) return [{ ...stored, message }];
    return chosen.has(stored) ? [] : [stored];
  });
  return {
    published: changed.sort((a, b) => a.message.time - b.message.time),
    planted: new Map([...chosen].map(([{ topic, message }, kind]) => [placeOf(topic, message.id), kind])),
  };
}

function isAbout({ data }: Message, field: string): boolean {
  return data[field] !== undefined;
}

/** Two faults with one of these in common could explain each other: a wrong price is led to by another wrong price of the product. */
function whoseIs({ message }: StoredMessage): readonly string[] {
  const { correlationid, data } = message;
  const priced = isAbout(message, 'price') ? [data.userId, data.productId] : [data.userId];
  return [correlationid, ...priced.filter(name => typeof name === 'string')];
}
