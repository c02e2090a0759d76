import { type InputRange, parseInputRange } from './input-range.js';

/** Rescaling at the start of a model: `value * scale[c] + offset[c]`, one of each or one per channel. */
interface Rescaling {
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

/** Mean and standard deviation of each channel of raw values. */
export interface ChannelMoments {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** The ranges that a model with a rescaling may be made for, likeliest first. */
const BEFORE = ['0..255', '0..1', '-1..1'].map((name) => parseInputRange(name, 1));
/** The ranges that a rescaling usually leads to. */
const AFTER = [
  [0, 1],
  [-1, 1],
  [0, 255],
] as const;
/** Share of a range by which its ends may be missed: 1/256 for 1/255. */
const TOLERANCE = 0.02;
/** Farthest distance from mean 0 and deviation 1 at which values still count as normalized. */
const MAX_DISTANCE = 2;

/**
 * The range that a model with a rescaling at its start takes: the only one that is led to 0..1, -1..1 or 0..255, or
 * else the one in which the data comes nearest to mean 0 and deviation 1.
 *
 * @param moments  Of the raw data.
 * @returns null where that tells nothing.
 */
export function rangeByRescaling(rescaling: Rescaling, moments: ChannelMoments): InputRange | null {
  const usual = BEFORE.filter((range) => leadsToUsual(rescaling, range));
  if (usual.length > 0) return usual.length === 1 ? usual[0]! : null;
  const distances = BEFORE.map((range) => distanceFromNormal(rescaling, range, moments));
  const least = Math.min(...distances);
  return least <= MAX_DISTANCE ? BEFORE[distances.indexOf(least)]! : null;
}

/** Whether bytes in a range come to a usual range in every channel. */
function leadsToUsual({ scale, offset }: Rescaling, range: InputRange): boolean {
  const [low, high] = [range.offset[0]!, 255 * range.scale[0]! + range.offset[0]!];
  const channels = Math.max(scale.length, offset.length);
  return AFTER.some(([from, to]) =>
    Array.from({ length: channels }, (_, c) => {
      const after = (value: number) => value * scale[c % scale.length]! + offset[c % offset.length]!;
      const miss = Math.max(Math.abs(after(low) - from), Math.abs(after(high) - to));
      return miss <= TOLERANCE * (to - from);
    }).every(Boolean),
  );
}

/** `mean^2 + log(deviation)^2`, averaged over the channels that vary; infinite where none does. */
function distanceFromNormal(
  { scale, offset }: Rescaling,
  range: InputRange,
  { mean, deviation }: ChannelMoments,
): number {
  const distances = mean.flatMap((value, c) => {
    if (deviation[c] === 0) return [];
    const factor = scale[c % scale.length]!;
    const middle = (value * range.scale[0]! + range.offset[0]!) * factor + offset[c % offset.length]!;
    const spread = Math.abs(deviation[c]! * range.scale[0]! * factor);
    return middle ** 2 + Math.log(spread) ** 2;
  });
  if (distances.length === 0) return Number.POSITIVE_INFINITY;
  return distances.reduce((sum, each) => sum + each, 0) / distances.length;
}
