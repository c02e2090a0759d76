import { createBitModel } from './bit-model.js';
import type { CodesForm } from './decoder.js';
import { createSurroundings } from './surroundings.js';

/** Writes or reads one bit after the other. */
export interface BitCoder {
  /**
   * @param bit          The bit to write; a reader takes no notice of it.
   * @param probability  That the bit is 1, in 4096ths: 1 to 4095.
   * @returns The bit that was written or read.
   */
  code(bit: number, probability: number): number;
}

/**
 * Writes every code, or reads it into `codes`: bit by bit from the highest, each with the probability that a model gives
 * it which has seen all codes before.
 *
 * A bit is known by its node: the bits of its code that came before it, behind a leading 1.
 */
export function walkCodes(codes: Uint8Array, { shape, levels }: CodesForm, coder: BitCoder): void {
  const width = 32 - Math.clz32(levels - 1);
  const surroundings = createSurroundings(codes, shape, levels);
  const model = createBitModel(surroundings.contexts);
  for (let index = 0; index < codes.length; index++) {
    surroundings.lookAt(index);
    const code = codes[index]!;
    let node = 1;
    for (let left = width - 1; left >= 0; left--) {
      const smallestWithOne = (((node << 1) | 1) << left) - (1 << width);
      let bit = 0;
      if (smallestWithOne < levels) {
        bit = coder.code((code >> left) & 1, model.predict(node));
        model.learn(bit);
      }
      node = (node << 1) | bit;
    }
    codes[index] = node - (1 << width);
    surroundings.remember(index);
  }
}
