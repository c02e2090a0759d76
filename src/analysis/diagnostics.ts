import type { Bits } from '../quantize/index.js';

/** What can be seen of a quantized layer without trying anything. */
export interface LayerDiagnostics {
  readonly bits: Bits;
  /** What its grid reaches on normally distributed weights, in dB. */
  readonly expectedDb: number;
  /** Signal to noise of the weights by rounding, in dB; null: no noise. */
  readonly roundingDb: number | null;
  /** Whether those weights had been trained toward their grid. */
  readonly trained: boolean;
  /** Signal to noise of the layer's own output, in dB; null: no noise, or not measured. */
  readonly outputDb: number | null;
  /** Weights that make one output value. */
  readonly fanIn: number;
  /** Root mean square of the weights of each output channel. */
  readonly channelRms: readonly number[];
  /** Whether all channels share one scale. */
  readonly oneScale: boolean;
  /** Output channels that have no weight but 0, and are something else once packed. */
  readonly revived: number;
  /** Root mean square of each channel's errors, times what a BatchNorm behind it multiplies them by; null: there is none. */
  readonly stretchedErrors: readonly number[] | null;
}

/** There is nothing more to give a layer that has as many. */
const MAX_BITS: Bits = 8;

/** A factor of two in energy below what a grid can reach. */
const TOLERANCE_DB = 3;

/** A channel stands out that is so many times the middle one. */
const OUTSTANDING = 4;

/** So few errors hardly average out. */
const FEW_WEIGHTS = 16;
const FEW_CHANNELS = 8;

/**
 * Why a layer does worse than its bits would let expect; null where nothing speaks for it.
 *
 * The mark is the SQNR that its grid reaches on normally distributed weights.
 *
 * @see Quantizer.gaussianDb.
 */
export function findProblem(signs: LayerDiagnostics): string | null {
  const { bits, expectedDb, roundingDb, trained, outputDb, channelRms, oneScale, revived, stretchedErrors } =
    signs;
  if (bits === MAX_BITS) return null;
  if (revived > 0)
    return `${revived} dead ${revived === 1 ? 'channel is' : 'channels are'} brought to life by rounding`;
  const usual = `${bits} bits reach ${inDb(expectedDb)} on normally distributed weights`;
  if (oneScale) {
    const loudest = outstanding(channelRms);
    if (loudest !== null)
      return `channel ${loudest.channel} has weights ${inTimes(loudest.times)} those of the middle channel, and all share one scale`;
  }
  if (roundingDb !== null && roundingDb < expectedDb - TOLERANCE_DB) {
    const what = trained ? 'its weights did not settle' : 'its weights have outliers or lean to one side';
    return `${what}: ${inDb(roundingDb)}, where ${usual}`;
  }
  if (trained) return null;
  const stretched = stretchedErrors === null ? null : outstanding(stretchedErrors);
  if (stretched !== null)
    return `BatchNorm stretches the errors of channel ${stretched.channel} to ${inTimes(stretched.times)} those of the middle one`;
  if (outputDb !== null && outputDb < expectedDb - TOLERANCE_DB)
    return `its inputs fall where its rounding errors are: output at ${inDb(outputDb)}, where ${usual}`;
  return null;
}

/** Why a layer may cost much that does what its bits let expect. */
export function explainCost({ fanIn, bits, channelRms }: LayerDiagnostics): string {
  if (fanIn <= FEW_WEIGHTS)
    return `only ${fanIn} weights make an output, too few for their errors to average out`;
  if (channelRms.length <= FEW_CHANNELS)
    return `only ${channelRms.length} channels carry everything, so that each error counts`;
  return `${bits} bits are too few for what its outputs are needed for`;
}

/** The channel that is farthest above the middle one; null where none stands out. */
function outstanding(values: readonly number[]): { readonly channel: number; readonly times: number } | null {
  const live = values.filter((value) => value > 0).sort((a, b) => a - b);
  const middle = live[live.length >> 1];
  if (middle === undefined) return null;
  const most = Math.max(...values);
  return most >= OUTSTANDING * middle ? { channel: values.indexOf(most), times: most / middle } : null;
}

const inDb = (value: number): string => `${value.toFixed(1)} dB`;

const inTimes = (times: number): string => `${times.toFixed(times < 9.95 ? 1 : 0)} times`;
