import { type Bits, MAX_BITS } from '../quantize/index.js';

/** Figures of a quantized layer that need no trial. */
export interface LayerDiagnostics {
  readonly bits: Bits;
  /** SQNR that its grid reaches on normally distributed weights, in dB. */
  readonly expectedDb: number;
  /** Signal to noise of the weights by rounding, in dB; null: no noise. */
  readonly roundingDb: number | null;
  /** Whether those weights had been trained toward their grid. */
  readonly trained: boolean;
  /** Entropy penalty under which its codes were chosen; 0: by their error alone. */
  readonly entropyPenalty: number;
  /** Signal to noise of the layer's own output, in dB; null: no noise, or not measured. */
  readonly outputDb: number | null;
  /** Weights that make one output value. */
  readonly fanIn: number;
  /** Root mean square of the weights of each output channel. */
  readonly channelRms: readonly number[];
  /** Whether all channels share one scale. */
  readonly oneScale: boolean;
  /** Output channels whose weights are all 0 in the float model but not in the packed one. */
  readonly revived: number;
  /** Root mean square of each channel's errors, times the factor of the BatchNorm after it; null: no BatchNorm. */
  readonly stretchedErrors: readonly number[] | null;
}

/** Tolerance below the SQNR that a grid can reach, in dB: a factor of two in energy. */
const TOLERANCE_DB = 3;

/** Ratio to the median channel from which a channel stands out. */
const OUTSTANDING = 4;

/** Most weights per output, and most channels, whose errors hardly average out. */
const FEW_WEIGHTS = 16;
const FEW_CHANNELS = 8;

/**
 * Finds why a layer does worse than expected at its bits; null where it does not.
 *
 * The expectation is the SQNR that its grid reaches on normally distributed weights.
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
  if (missesMark(signs)) return `${whyRough(signs)}: ${inDb(roundingDb!)}, where ${usual}`;
  if (trained) return null;
  const stretched = stretchedErrors === null ? null : outstanding(stretchedErrors);
  if (stretched !== null)
    return `BatchNorm stretches the errors of channel ${stretched.channel} to ${inTimes(stretched.times)} those of the middle one`;
  if (outputDb !== null && outputDb < expectedDb - TOLERANCE_DB)
    return `its inputs fall where its rounding errors are: output at ${inDb(outputDb)}, where ${usual}`;
  return null;
}

/** Whether a layer's rounding leaves more noise than its grid explains. */
export function missesMark({ roundingDb, expectedDb }: LayerDiagnostics): boolean {
  return roundingDb !== null && roundingDb < expectedDb - TOLERANCE_DB;
}

function whyRough({ trained, entropyPenalty }: LayerDiagnostics): string {
  if (entropyPenalty > 0) return 'the entropy penalty leaves it few codes';
  return trained ? 'its weights stayed far from their grid' : 'its weights have outliers or lean to one side';
}

/** Explains why a layer may cost much although it does as expected at its bits. */
export function explainCost({ fanIn, bits, channelRms }: LayerDiagnostics): string {
  if (fanIn <= FEW_WEIGHTS)
    return `only ${fanIn} weights make an output, too few for their errors to average out`;
  if (channelRms.length <= FEW_CHANNELS)
    return `only ${channelRms.length} channels carry everything, so that each error counts`;
  return `${bits} bits are too few for what its outputs are needed for`;
}

/** Finds the channel farthest above the median; null where none stands out. */
function outstanding(values: readonly number[]): { readonly channel: number; readonly times: number } | null {
  const live = values.filter((value) => value > 0).sort((a, b) => a - b);
  const middle = live[live.length >> 1];
  if (middle === undefined) return null;
  const most = Math.max(...values);
  return most >= OUTSTANDING * middle ? { channel: values.indexOf(most), times: most / middle } : null;
}

const inDb = (value: number): string => `${value.toFixed(1)} dB`;

const inTimes = (times: number): string => `${times.toFixed(times < 9.95 ? 1 : 0)} times`;
