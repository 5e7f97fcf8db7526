import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { hash64 } from '../../base/hash.ts';

/** A sequence of draws that belongs to one name. Draws under other names do not move it. */
export type RandomStream = {
  /** Uniform in [0, 1), 53 bits. */
  readonly uniform: () => number;
  /** Uniform integer in [low, high], both included. */
  readonly integer: (low: number, high: number) => number;
};

/** Streams of one seed, found by name: the same seed and name give the same draws on every machine. */
export type RandomStreams = {
  /** A fresh stream at its beginning; call once per name and keep it. Example: `stream('visit/12/3')`. */
  readonly stream: (name: string) => RandomStream;
};

/**
 * Named streams: xoroshiro128+ whose 128-bit state is the XXH64 hash of the name under two seeds derived from the given one.
 *
 * @param seed any integer that a double holds exactly
 */
export function randomStreams(seed: number): RandomStreams {
  const low = BigInt.asUintN(64, BigInt(seed) * 2n);
  const high = low + 1n;
  return {
    stream(name) {
      const generator = xoroshiro128plusFromState([...words(hash64(name, low)), ...words(hash64(name, high) | 1n)]);
      return {
        uniform: () => uniformFloat64(generator),
        integer: (from, to) => uniformInt(generator, from, to),
      };
    },
  };
}

function words(value: bigint): [number, number] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}
