import type { Wanted } from '../customers/visit.ts';
import { between } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';
import type { InterventionRequest, Shop, Trace } from '../interventions/intervention.ts';

/** Customers who come for something within the span, each at a time of its own, with some things to buy. */
export function inviteCrowd(
  { id, startMs, endMs }: InterventionRequest,
  { world, visitors }: Shop,
  { act }: Trace,
  { crowd, conversionShare }: { readonly crowd: number; readonly conversionShare: number },
  wanted: (random: RandomStream) => readonly Wanted[],
): void {
  for (let index = 0; index < crowd; index += 1) {
    const name = `${id}/visit/${index}`;
    const random = world.stream(`near-miss/${name}`);
    const basket = wanted(random);
    world.at(between(random, startMs, endMs), () =>
      visitors.extraVisit(name, { by: 'anybody', basket, conversionShare }, act),
    );
  }
}
