import type { ChannelLayout } from '../../core/index.js';
import type { Bits } from '../bits.js';
import type { Grid, Quantized } from '../grid.js';

/** A grid and what chose it. */
export interface FittedGrid extends Grid {
  readonly quantizer: Quantizer;
}

/** A way to choose a tensor's grid: one file here, one line in index.ts. */
export interface Quantizer {
  /** The name on the command line. */
  readonly name: string;
  /** For the help. */
  readonly describe: string;
  /** For docs/quantizers.md: its levels, in units of the scale. */
  readonly levels: string;
  /** For docs/quantizers.md: which weights, or which hardware, it suits. */
  readonly suits: string;
  /** The bits that it has a grid for, ascending; tensors of others get theirs from another quantizer (`quantizerFor`). */
  readonly widths: readonly Bits[];
  /** SQNR in dB that it reaches on normally distributed weights, by bits; one for each width at least. */
  readonly gaussianDb: Readonly<Partial<Record<Bits, number>>>;
  /**
   * Chooses the grid for these weights: that with the least squared error, unless the quantizer says otherwise.
   *
   * @param weights  Row-major, length = product of the layout; finite.
   * @param layout   The channels; each gets a scale.
   * @param bits     One of `widths`.
   */
  fit(weights: Float32Array, layout: ChannelLayout, bits: Bits): Grid;
  /** Puts weights that are not trained on that grid; absent: as the nearest values. */
  encode?(weights: Float32Array, grid: Grid, layout: ChannelLayout): Quantized;
  /** The quantizer that makes the grid for these weights, where this one leaves that to others. */
  choose?(weights: Float32Array, layout: ChannelLayout, bits: Bits): Quantizer;
}
