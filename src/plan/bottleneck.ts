import { BIT_WIDTHS, type Bits, GAUSSIAN_SQNR_DB } from '../quantize/index.js';

/** What is known of a quantized layer when its verdict is due. */
export interface LayerEvidence {
  readonly bits: Bits;
  /** What its grid reaches on normally distributed weights, in dB. */
  readonly expectedDb: number;
  /** Of the weights that were rounded against what they became, in dB; null: no noise. */
  readonly roundingDb: number | null;
  /** Whether those weights had been trained toward their grid. */
  readonly trained: boolean;
  /** Of the layer's own output error, in dB; null: none, or not measured. */
  readonly outputDb: number | null;
}

/** Why a layer holds the compression back, and what to try. */
export interface Bottleneck {
  readonly reason: string;
  /** The fewest that make up for what is short; 8 at most. */
  readonly bits: Bits;
}

/** There is nothing more to give a layer that has as many. */
const MOST_BITS: Bits = 8;

/** A layer counts as a bottleneck from so far below what its bits can reach. */
const TOLERANCE_DB = 3;

/**
 * Says whether a layer holds the compression back.
 *
 * The mark is the SQNR that its grid reaches on normally distributed weights: a layer 3 dB below has outliers or leans to
 * one side, has a channel that matters more than its weights show, or did not settle on its grid in training.
 *
 * @see Quantizer.gaussianDb.
 */
export function findBottleneck({
  bits,
  expectedDb: expected,
  roundingDb,
  trained,
  outputDb,
}: LayerEvidence): Bottleneck | null {
  if (bits === MOST_BITS) return null;
  const found = (short: number, reason: string): Bottleneck => ({
    reason,
    bits: bitsFor(bits, expected + short),
  });
  const dB = (value: number) => `${value.toFixed(1)} dB`;
  const usual = `${bits} bits reach ${dB(expected)} on normally distributed weights`;
  if (roundingDb !== null && roundingDb < expected - TOLERANCE_DB) {
    const what = trained ? 'its weights did not settle' : 'its weights have outliers or lean to one side';
    return found(expected - roundingDb, `${what}: ${dB(roundingDb)}, where ${usual}`);
  }
  if (!trained && outputDb !== null && outputDb < expected - TOLERANCE_DB) {
    return found(
      expected - outputDb,
      `its inputs fall where its rounding errors are: output at ${dB(outputDb)}, where ${usual}`,
    );
  }
  return null;
}

/** The fewest bits above these that reach so many dB; 8 at most. */
function bitsFor(bits: Bits, goalDb: number): Bits {
  return BIT_WIDTHS.find((more) => more > bits && GAUSSIAN_SQNR_DB[more] >= goalDb) ?? MOST_BITS;
}
