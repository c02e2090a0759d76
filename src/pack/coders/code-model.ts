import { codeWidth } from '../coders/bits.js';
import { logistic } from './logistic.js';
import type { RangeEncoder } from './range-encoder.js';

/** Number of sources that a bit's probability is computed from. */
const SOURCES = 6;
/** The first four bits of a code have a weight from each source for each of 17 contexts. */
const CONTEXT_NODES = 16;
const CONTEXT_WEIGHTS = SOURCES * CONTEXT_NODES;
/** The bits after them have one without a context; those of the six sources never differ, so one stands for all. */
const SHARED = 17 * CONTEXT_WEIGHTS;
/** A weight moves by the error divided by its patience, which grows with use. */
const MAX_PATIENCE = 40;

/**
 * Logistic regression that learns while it is used: a bit is 1 with the probability `1 / (1 + exp(-sum))`, where the sum
 * has a weight from each source, for the bit's node and what the source says of it. The node is the bits of the code
 * that came before, behind a leading 1.
 *
 * Integers throughout, so that every machine finds the same: weights and sums in 65536ths, sums far below 2 ** 31.
 *
 * @see Mahoney 2005, "Adaptive weighing of context models for lossless data compression", of which this is the part
 *   where every input is 0 or 1.
 * @see RangeDecoder, which has the same model in a form that is read fast.
 */
export class CodeModel {
  /**
   * Each source's context for the next code, to be set before that code. 0 to 16: no neighbour, or 1 + its four
   * highest bits; 0 to 15: an average.
   */
  readonly contexts = new Uint8Array(SOURCES);
  private readonly weights = new Int32Array(SHARED + 256 * SOURCES);
  /** By how much a weight's patience has grown. */
  private readonly grown = new Uint8Array(SHARED + 256 * SOURCES);

  /**
   * Writes a code, bit by bit from the highest.
   *
   * Nearly all time of packing goes here: the sources are written out, not looped over, and what stays the
   * same for all bits lies in variables.
   */
  write(code: number, levels: number, encoder: RangeEncoder): void {
    const { weights, grown, contexts } = this;
    const width = codeWidth(levels);
    const first = 1 << width;
    const start0 = contexts[0]! * CONTEXT_WEIGHTS;
    const start1 = contexts[1]! * CONTEXT_WEIGHTS + 1;
    const start2 = contexts[2]! * CONTEXT_WEIGHTS + 2;
    const start3 = contexts[3]! * CONTEXT_WEIGHTS + 3;
    const start4 = contexts[4]! * CONTEXT_WEIGHTS + 4;
    const start5 = contexts[5]! * CONTEXT_WEIGHTS + 5;
    let node = 1;
    let patience = SOURCES;
    for (let left = width - 1; left >= 0; left--) {
      let bit = 0;
      // If even the smallest code with a 1 here is above the last level, the bit is 0 and nothing is written.
      if ((2 * node + 1) << left < first + levels) {
        const isShared = node >= CONTEXT_NODES;
        const slot = SOURCES * node;
        const at = (isShared ? SHARED : start0) + slot;
        const sum = isShared
          ? SOURCES * weights[at]!
          : weights[at]! +
            weights[start1 + slot]! +
            weights[start2 + slot]! +
            weights[start3 + slot]! +
            weights[start4 + slot]! +
            weights[start5 + slot]!;
        const predicted = logistic(sum);
        // 4095 at most, as it is below 65536.
        bit = (code >> left) & 1;
        encoder.write(bit, predicted >> 4 || 1);
        const error = (bit << 16) - predicted;
        learn(weights, grown, at, error, patience);
        if (!isShared) {
          learn(weights, grown, start1 + slot, error, patience);
          learn(weights, grown, start2 + slot, error, patience);
          learn(weights, grown, start3 + slot, error, patience);
          learn(weights, grown, start4 + slot, error, patience);
          learn(weights, grown, start5 + slot, error, patience);
        }
      }
      node = 2 * node + bit;
      patience += 4;
    }
  }
}

/**
 * Moves a weight.
 *
 * @param patience  What it was at first; most weights are at the largest one, and a division by a constant takes less.
 */
// biome-ignore lint/complexity/useMaxParams: called up to six times a bit, too often to make an object each time
function learn(weights: Int32Array, grown: Uint8Array, at: number, error: number, patience: number): void {
  const patient = patience + grown[at]!;
  if (patient < MAX_PATIENCE) {
    weights[at]! += (error / patient) | 0;
    grown[at]!++;
  } else weights[at]! += (error / MAX_PATIENCE) | 0;
}
