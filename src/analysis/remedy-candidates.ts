import { type QuantizedWeight, roundWeights } from '../compression/index.js';
import { channelLayout } from '../core/index.js';
import type { StoredTensor } from '../pack/index.js';
import type { PlannedGrid } from '../plan/index.js';
import { BIT_WIDTHS, type Bits, drawIn, encode, widthFor } from '../quantize/index.js';
import type { Remedy } from '../report/index.js';

/** A kernel stored in another way than in the packed model. */
export interface Candidate extends Pick<Remedy, 'kind' | 'bits' | 'option'> {
  /** `conv2d_4 at 4 bits` */
  readonly what: string;
  readonly stored: StoredTensor;
}

/** Widths above a kernel's own that are tried, besides 8. */
const NEXT_WIDTHS = 2;
/** Shares of its range that a grid is drawn in to, which clips what lies outside. */
const CLIPS = [0.5, 0.7, 0.85];

/**
 * What could be done about a kernel of the packed model.
 *
 * @param target     What `--layer` is to call it.
 * @param quantizer  As the user named it.
 */
export function remedyCandidates(kernel: QuantizedWeight, target: string, quantizer: string): Candidate[] {
  const { weight, bits, before, stored, planned } = kernel;
  const { name, shape, channelAxes } = weight;
  const { axes } = stored;
  const rounded = (grid: PlannedGrid): StoredTensor => {
    const plan = new Map([[name, { name, reason: '', grid }]]);
    return roundWeights([before], plan).stored[0]!;
  };
  const { channels } = channelLayout(shape, channelAxes);
  return [
    ...widerThan(bits, quantizer).map((more) => ({
      kind: 'bits' as const,
      bits: more,
      what: `${target} at ${more} bits`,
      option: `--layer '${target}=${more}'`,
      stored: rounded({ ...planned, bits: more }),
    })),
    ...(axes.length > 0 || channels === 1
      ? []
      : [
          {
            kind: 'per-channel' as const,
            bits: null,
            what: `${target} with a scale for each channel`,
            option: '--granularity perChannel',
            stored: rounded({ ...planned, axes: channelAxes }),
          },
        ]),
    ...CLIPS.map((share) => ({
      kind: 'clip' as const,
      bits: null,
      what: `${target} clipped to ${share} of its range`,
      option: null,
      stored: clipped(kernel, share),
    })),
    {
      kind: 'float',
      bits: null,
      what: `${target} in float`,
      option: `--layer '${target}=float'`,
      stored: { encoding: 'raw', ...before },
    },
  ];
}

function widerThan(bits: Bits, quantizer: string): Bits[] {
  const wider = BIT_WIDTHS.filter((more) => more > bits && widthFor(quantizer, more) === more);
  return wider.filter((_, index) => index < NEXT_WIDTHS || index === wider.length - 1);
}

function clipped({ before, stored }: QuantizedWeight, share: number): StoredTensor {
  const grid = drawIn(stored.grid, share);
  const { codes } = encode(before.values, grid, channelLayout(stored.shape, stored.axes));
  return { ...stored, codes, grid };
}
