/**
 * The logistic function at every half, `65536 / (1 + exp(-x / 2))` for x = 0 to 24, rounded.
 *
 * None of them is near enough to where rounding turns for one machine's `exp` to give another than docs/format.md.
 */
export const LOGISTIC = Int32Array.from({ length: 25 }, (_, x) => Math.round(65536 / (1 + Math.exp(-x / 2))));
const LARGEST_SUM = 12 * 2 ** 16 - 1;

/** How many things a bit's probability is made of. */
export const SOURCES = 6;
/** The first four bits of a code have a weight for each of 17 contexts, all have one without. */
const CONTEXT_NODES = 16;
const NODES = 256;
const WEIGHTS = NODES + 17 * CONTEXT_NODES;
/** A weight moves by the error divided by its patience, which grows with use. */
const LARGEST_PATIENCE = 40;
const FIRST_PATIENCE = Uint8Array.from({ length: SOURCES * WEIGHTS }, (_, at) => {
  const slot = at % WEIGHTS;
  const node = slot < NODES ? slot : slot % CONTEXT_NODES;
  return SOURCES + 4 * (31 - Math.clz32(node | 1));
});

/** What is thought of the next bit. */
export interface BitModel {
  /** The probability that the bit of a node is 1, in 4096ths: 1 to 4095. */
  predict(node: number): number;
  /** Moves the weights of the last prediction toward the bit that came. */
  learn(bit: number): void;
}

/**
 * Logistic regression that learns while it is used: a bit is 1 with the probability `1 / (1 + exp(-sum))`, where the sum
 * has a weight from each source, for the bit's node and what the source says of it.
 *
 * Integers throughout, so that every machine finds the same: weights and sums in 65536ths.
 *
 * @see Mahoney 2005, "Adaptive weighing of context models for lossless data compression", of which this is the part
 *   where every input is 0 or 1.
 *
 * @param contexts  What each source says of the next code, 0 to 16; its owner keeps it up to date.
 */
export function createBitModel(contexts: Uint8Array): BitModel {
  const weights = new Int32Array(SOURCES * WEIGHTS);
  const patience = FIRST_PATIENCE.slice();
  /** Where the weights lie that the last prediction was made of. */
  const used = new Int32Array(SOURCES);
  let predicted = 0;
  return {
    predict: (node) => {
      let sum = 0;
      for (let source = 0; source < SOURCES; source++) {
        const slot = node < CONTEXT_NODES ? NODES + CONTEXT_NODES * contexts[source]! + node : node;
        const at = source * WEIGHTS + slot;
        used[source] = at;
        sum += weights[at]!;
      }
      predicted = logistic(sum);
      return Math.min(4095, Math.max(1, predicted >> 4));
    },
    learn: (bit) => {
      const error = (bit << 16) - predicted;
      for (let source = 0; source < SOURCES; source++) {
        const at = used[source]!;
        weights[at]! += (error / patience[at]!) | 0;
        if (patience[at]! < LARGEST_PATIENCE) patience[at]!++;
      }
    },
  };
}

/** In 65536ths, on straight lines between the values of `LOGISTIC`. */
function logistic(sum: number): number {
  const size = Math.min(Math.abs(sum), LARGEST_SUM);
  const step = size >> 15;
  const from = LOGISTIC[step]!;
  const value = from + (((LOGISTIC[step + 1]! - from) * (size & 0x7fff)) >> 15);
  return sum < 0 ? 65536 - value : value;
}
