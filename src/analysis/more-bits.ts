import { BIT_WIDTHS, type Bits, GAUSSIAN_SQNR_DB } from '../quantize/index.js';
import type { LayerSigns } from './signs.js';

const MOST_BITS: Bits = 8;

/** The fewest bits above a layer's own that make up for what it is short of its mark; 8 at most. */
export function bitsFor({ bits, expectedDb, roundingDb, outputDb, trained }: LayerSigns): Bits {
  const reached = Math.min(roundingDb ?? expectedDb, trained ? expectedDb : (outputDb ?? expectedDb));
  const goal = 2 * expectedDb - reached;
  return BIT_WIDTHS.find((more) => more > bits && GAUSSIAN_SQNR_DB[more] >= goal) ?? MOST_BITS;
}
