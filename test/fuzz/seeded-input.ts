import type { Random } from '../../src/core/index.js';

/** A mutated input whose first byte says which of several whole ones it was made from. */
export interface Seeded {
  readonly seed: number;
  readonly bytes: Uint8Array;
}

/** Makes an input from one of several whole ones, so that `run` can tell which. */
export function fromSeeds(
  wholes: readonly Uint8Array[],
  mutate: (whole: Uint8Array, others: readonly Uint8Array[], random: Random) => Uint8Array,
): (random: Random) => Uint8Array {
  return (random) => {
    const seed = random.below(wholes.length);
    return Buffer.concat([Buffer.of(seed), mutate(wholes[seed]!, wholes, random)]);
  };
}

/** An input of `fromSeeds`. */
export const seededInput = (input: Uint8Array): Seeded => ({ seed: input[0]!, bytes: input.subarray(1) });
