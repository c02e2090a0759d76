import { type QuantizedWeight, roundWeights } from '../compression/index.js';
import { channelLayout } from '../core/index.js';
import { atWidth, type GridOptions, type GridRule, planGrid } from '../plan/index.js';
import { type Bits, possibleWidths } from '../quantize/index.js';
import type { Remedy } from '../report/index.js';
import type { Change } from './change.js';

/** A kernel stored in another way than in the packed model. */
export interface Candidate extends Change, Pick<Remedy, 'kind' | 'bits'> {}

/** Facts on a kernel that remedies are for. */
export interface RemedyTarget {
  /** Its name for `--layer`. */
  readonly target: string;
  /** Whether rounding leaves more noise in its weights than its grid explains. */
  readonly isRough: boolean;
}

/** Widths above a kernel's own that are tried, besides 8. */
const NEXT_WIDTHS = 2;
/** Shares of a grid's range to which it is drawn in where the weights have outliers; values outside are clipped. */
const CLIPS = [0.5, 0.7, 0.85];

/**
 * Lists alternatives for a kernel of the packed model: its own rule for `--layer`, with one setting changed.
 *
 * @param options  Grid options of all layers.
 */
export function remedyCandidates(
  kernel: QuantizedWeight,
  { target, isRough }: RemedyTarget,
  options: GridOptions,
): Candidate[] {
  const { weight, before, stored, planned } = kernel;
  const { rule } = planned;
  const byRule = (changed: GridRule): Pick<Candidate, 'rules' | 'stored'> => {
    const grid = planGrid(weight, changed, options);
    const plan = new Map([[weight.name, { name: weight.name, reason: '', grid }]]);
    return { rules: [[target, changed]], stored: roundWeights([before], plan).stored };
  };
  const { channels } = channelLayout(weight.shape, weight.channelAxes);
  return [
    ...widerThan(planned.bits, planned.quantizer).map((more) => ({
      kind: 'bits' as const,
      bits: more,
      what: `${target} at ${more} bits`,
      ...byRule(atWidth(rule, more)),
    })),
    ...(stored.axes.length > 0 || channels === 1
      ? []
      : [
          {
            kind: 'per-channel' as const,
            bits: null,
            what: `${target} with a scale for each channel`,
            ...byRule({ ...rule, granularity: 'perChannel' }),
          },
        ]),
    ...CLIPS.filter((share) => isRough && share !== planned.clip).map((share) => ({
      kind: 'clip' as const,
      bits: null,
      what: `${target} clipped to ${share} of its range`,
      ...byRule({ ...rule, clip: share }),
    })),
    {
      kind: 'float' as const,
      bits: null,
      what: `${target} in float`,
      rules: [[target, { bits: 'float' }]],
      stored: [{ encoding: 'raw', ...before, pinned: true }],
    },
  ];
}

function widerThan(bits: Bits, quantizer: string): Bits[] {
  const wider = possibleWidths(quantizer).filter((more) => more > bits);
  return wider.filter((_, index) => index < NEXT_WIDTHS || index === wider.length - 1);
}
