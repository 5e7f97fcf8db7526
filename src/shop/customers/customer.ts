import type { Person } from './people.ts';

/** A person who visits the shop, once or more often: what they themselves know. */
export type Customer = {
  readonly userId: string;
  readonly person: () => Person;
  account: 'none' | 'registered' | 'active';
  activationCode: string;
  /** A product left behind in a cart, to come back for. */
  wish: string | undefined;
};
