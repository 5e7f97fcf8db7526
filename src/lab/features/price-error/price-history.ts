import { sum } from '../../../base/sum.ts';
import { dayMs, hourMs } from '../../../base/time.ts';

/** The prices of one product over the last days. */
export type PriceHistory = ReturnType<typeof priceHistory>;

/** How far back prices are remembered. */
const priceMemoryMs = 14 * dayMs;

/** The most prices that are kept, so that repricing every minute cannot fill the memory. */
const largestCount = 32;

/** The shop has seen a price that lasted for a working day and has accepted it: mistakes were corrected within hours (RepricerExpress 2014). */
const standingMs = 8 * hourMs;

type Spell = { readonly fromMs: number; readonly price: number };

/** An empty history. */
export function priceHistory() {
  let spells: Spell[] = [];

  /** The prices with the time for which each was valid within the memory. */
  function stood(nowMs: number): { readonly price: number; readonly ms: number }[] {
    return spells.map(({ fromMs, price }, index) => ({
      price,
      ms: Math.max(0, (spells[index + 1]?.fromMs ?? nowMs) - Math.max(fromMs, nowMs - priceMemoryMs)),
    }));
  }

  /** The median of the last 14 days' prices, weighted by how long each lasted; undefined until a price is known. */
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
    /** Takes the price that holds from `timeMs` on; times never fall. */
    set(timeMs: number, price: number): void {
      if (spells.at(-1)?.price === price) return;
      spells = [...spells, { fromMs: timeMs, price }]
        .filter(
          (_, index, all) => (all[index + 1]?.fromMs ?? timeMs) > timeMs - priceMemoryMs || index === all.length - 1,
        )
        .slice(-largestCount);
    },
    /** The price now; undefined until one is known. */
    current: () => spells.at(-1)?.price,
    /** Time since the price changed last [ms]; infinite if it never did, or rose. */
    sinceFallMs(nowMs: number): number {
      const [before, last] = spells.slice(-2);
      return before === undefined || last === undefined || last.price > before.price
        ? Number.POSITIVE_INFINITY
        : nowMs - last.fromMs;
    },
    usual,
    /** The lowest price of those days that lasted for eight hours; the usual one if none did. */
    lowestStanding(nowMs: number): number | undefined {
      const standing = stood(nowMs).filter(({ ms }) => ms >= standingMs);
      return standing.length === 0 ? usual(nowMs) : Math.min(...standing.map(({ price }) => price));
    },
  };
}
