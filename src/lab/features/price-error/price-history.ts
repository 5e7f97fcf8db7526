import { sum } from '../../../base/sum.ts';
import { dayMs, hourMs } from '../../../base/time.ts';

/** The prices of one product over the last days. */
export type PriceHistory = {
  /** Takes the price that holds from `timeMs` on; times never fall. */
  readonly set: (timeMs: number, price: number) => void;
  /** The price now; undefined until one is known. */
  readonly current: () => number | undefined;
  /** Time since the price changed last [ms]; infinite if it never did, or rose. */
  readonly sinceFallMs: (nowMs: number) => number;
  /** The median of the last 14 days' prices, weighted by how long each lasted; undefined until a price is known. */
  readonly usual: (nowMs: number) => number | undefined;
  /** The lowest price of those days that lasted for eight hours; the usual one if none did. */
  readonly lowestStanding: (nowMs: number) => number | undefined;
};

/** How far back prices are remembered. */
const priceMemoryMs = 14 * dayMs;

/** The most prices that are kept, so that repricing every minute cannot fill the memory. */
const largestCount = 32;

/** The shop has seen a price that lasted for a working day and has accepted it: mistakes were corrected within hours (RepricerExpress 2014). */
const standingMs = 8 * hourMs;

type Spell = { readonly fromMs: number; readonly price: number };

/** An empty history. */
export function priceHistory(): PriceHistory {
  let spells: Spell[] = [];

  /** The prices with the time for which each was valid within the memory. */
  function stood(nowMs: number): { readonly price: number; readonly ms: number }[] {
    return spells.map(({ fromMs, price }, index) => ({
      price,
      ms: Math.max(0, (spells[index + 1]?.fromMs ?? nowMs) - Math.max(fromMs, nowMs - priceMemoryMs)),
    }));
  }

  function usual(nowMs: number): number | undefined {
    const byPrice = stood(nowMs).sort((a, b) => a.price - b.price);
    const half = sum(byPrice, ({ ms }) => ms) / 2;
    let passed = 0;
    for (const { price, ms } of byPrice) {
      passed += ms;
      if (passed >= half) return price;
    }
    return spells.at(-1)?.price;
  }

  return {
    set(timeMs, price) {
      if (spells.at(-1)?.price === price) return;
      spells = [...spells, { fromMs: timeMs, price }]
        .filter(
          (_, index, all) => (all[index + 1]?.fromMs ?? timeMs) > timeMs - priceMemoryMs || index === all.length - 1,
        )
        .slice(-largestCount);
    },
    current: () => spells.at(-1)?.price,
    sinceFallMs(nowMs) {
      const [before, last] = spells.slice(-2);
      return before === undefined || last === undefined || last.price > before.price
        ? Number.POSITIVE_INFINITY
        : nowMs - last.fromMs;
    },
    usual,
    lowestStanding(nowMs) {
      const standing = stood(nowMs).filter(({ ms }) => ms >= standingMs);
      return standing.length === 0 ? usual(nowMs) : Math.min(...standing.map(({ price }) => price));
    },
  };
}
