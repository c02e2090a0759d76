import type { Weight } from '../core/index.js';
import type { Bits } from '../quantize/index.js';
import type { Granularity, GridRule } from './layer-rule.js';

/** What the grids of all layers are like, as far as `--layer` doesn't say otherwise. */
export interface GridOptions {
  readonly granularity: Granularity;
  /** By its name; a width that it lacks is another's. */
  readonly quantizer: string;
}

/** The grid that a kernel is to get. */
export interface PlannedGrid {
  readonly bits: Bits;
  /** Dimensions with a scale each; none: one scale for all. */
  readonly axes: readonly number[];
  /** Name of the quantizer, as the user gave it. */
  readonly quantizer: string;
  /** Share of the range that fitting gives it to which it is drawn in; 1: as it was fitted. */
  readonly clip: number;
  /** What `--layer` says of it, or would have to say for the same. */
  readonly rule: GridRule;
}

/** The grid that a rule gives a kernel. */
export function planGrid({ channelAxes }: Weight, rule: GridRule, options: GridOptions): PlannedGrid {
  const granularity = rule.granularity ?? options.granularity;
  return {
    bits: rule.bits,
    axes: granularity === 'perChannel' ? channelAxes : [],
    quantizer: rule.quantizer ?? options.quantizer,
    clip: rule.clip ?? 1,
    rule,
  };
}
