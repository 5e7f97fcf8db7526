import { faker } from '@faker-js/faker/locale/en';
import { pick } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';

/** What a customer types into the registration form. */
export type Person = { readonly name: string; readonly email: string };

/** Draws what a customer with that id is called. */
export type DrawPerson = (random: RandomStream, userId: string) => Person;

/**
 * Returns a function that draws a person. Names come from lists that faker fills once, which takes some milliseconds. The same seed gives the
 * same lists.
 */
export function people(seed: number): DrawPerson {
  faker.seed(seed);
  const firstNames = Array.from({ length: 200 }, () => faker.person.firstName());
  const lastNames = Array.from({ length: 300 }, () => faker.person.lastName());
  return (random, userId) => {
    const first = pick(random, firstNames);
    const last = pick(random, lastNames);
    const mailbox = `${first}.${last}`.toLowerCase().replaceAll(/[^a-z.]/g, '');
    return { name: `${first} ${last}`, email: `${mailbox}.${userId.slice(-4)}@example.com` };
  };
}
