import type { Weight } from '../core/index.js';
import type { Bits } from '../quantize/index.js';
import type { Granularity, GridRule } from './layer-rule.js';

/** Settings for the grids of all layers, unless `--layer` overrides them. */
export interface GridOptions {
  readonly granularity: Granularity;
  /** Name of the quantizer; for a width that it lacks another one is used. */
  readonly quantizer: string;
}

/** The planned grid of a kernel. */
export interface PlannedGrid {
  readonly bits: Bits;
  /** Dimensions with a scale each; none: one scale for all. */
  readonly axes: readonly number[];
  /** Name of the quantizer, as the user gave it. */
  readonly quantizer: string;
  /** Factor that shrinks its fitted range, above 0 and at most 1; 1: unchanged. */
  readonly clip: number;
  /** The `--layer` rule that gives this grid, whether the user set it or not. */
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
