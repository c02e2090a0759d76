import { QgtError } from '../core/index.js';

/** Conversion of raw values to what the model was trained on: `raw * scale[c] + offset[c]`, c the last dimension. */
export interface InputRange {
  /** Name on the command line: `as-is`, `0..1`, `-1..1`, `0..255`, `imagenet`, or `mean=../std=..`. */
  readonly name: string;
  /** One value for all channels, or one per channel. */
  readonly scale: readonly number[];
  readonly offset: readonly number[];
}

/** Largest value of a byte; every range but `as-is` defines the results for 0 and for this value. */
const BYTE_MAX = 255;

const NUMBER = '-?(?:\\d+(?:\\.\\d+)?|\\.\\d+)';
const ENDS = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})$`);
const MOMENTS = new RegExp(`^mean=(${NUMBER}(?:,${NUMBER})*)/std=(${NUMBER}(?:,${NUMBER})*)$`);
/** Normalization that torchvision's models were trained with. */
const IMAGENET = 'mean=0.485,0.456,0.406/std=0.229,0.224,0.225';

/** Whether a text names a range; one with several means may still not fit an input's channels. */
export function isInputRange(text: string): boolean {
  const [, from, to] = ENDS.exec(text) ?? [];
  return ['as-is', 'imagenet'].includes(text) || Number(from) < Number(to) || MOMENTS.test(text);
}

/** Whether a range leaves values as they are. */
export function keepsValues({ scale, offset }: InputRange): boolean {
  return scale.every((factor) => factor === 1) && offset.every((shift) => shift === 0);
}

/** Whether a range makes whole numbers of whole numbers. */
export function keepsWhole({ scale, offset }: InputRange): boolean {
  return [...scale, ...offset].every(Number.isInteger);
}

/**
 * The range that a text names. All but `as-is` are defined for bytes, and apply the same formula to any values
 * that the data holds: use `as-is` for data that is no longer 0 to 255.
 *
 * - `as-is`: the values as they are.
 * - `A..B`: 0 becomes A and 255 becomes B: `0..1`, `-1..1`, `0..255`.
 * - `mean=M/std=S`, one value each or one per channel, commas between: `(byte / 255 - M) / S`; where a number is above
 *   1 they are taken in bytes: `(byte - M) / S`.
 * - `imagenet`: mean=0.485,0.456,0.406/std=0.229,0.224,0.225.
 *
 * @param channels  The last dimension of the input.
 * @throws QgtError `usage` for anything else, or for a number of means that isn't the number of channels.
 */
export function parseInputRange(text: string, channels: number): InputRange {
  if (text === 'as-is') return { name: text, scale: [1], offset: [0] };
  const [, from, to] = ENDS.exec(text) ?? [];
  if (from !== undefined && Number(from) < Number(to)) {
    return { name: text, scale: [(Number(to) - Number(from)) / BYTE_MAX], offset: [Number(from)] };
  }
  const [, mean, std] = MOMENTS.exec(text === 'imagenet' ? IMAGENET : text) ?? [];
  if (mean === undefined || std === undefined) throw badRange(text, text);
  return normalised(text, mean.split(',').map(Number), std.split(',').map(Number), channels);
}

function normalised(
  name: string,
  means: readonly number[],
  stds: readonly number[],
  channels: number,
): InputRange {
  const fits = [1, channels].includes(means.length) && [1, channels].includes(stds.length);
  if (!fits)
    throw badRange(name, `${means.length} means and ${stds.length} deviations for ${channels} channels`);
  if (stds.some((std) => std <= 0)) throw badRange(name, 'a deviation that is not above 0');
  const unit = [...means, ...stds].some((value) => value > 1) ? 1 : BYTE_MAX;
  const all = Array.from({ length: Math.max(means.length, stds.length) }, (_, channel) => ({
    mean: means[means.length === 1 ? 0 : channel]!,
    std: stds[stds.length === 1 ? 0 : channel]!,
  }));
  return {
    name,
    scale: all.map(({ std }) => 1 / (unit * std)),
    offset: all.map(({ mean, std }) => -mean / std),
  };
}

/** Converts raw values, channels last, to the range that the model was trained on; in place. */
export function applyInputRange(values: Float32Array, { scale, offset }: InputRange): void {
  const channels = scale.length;
  if (channels === 1) {
    const [factor, shift] = [scale[0]!, offset[0]!];
    if (factor === 1 && shift === 0) return;
    for (let index = 0; index < values.length; index++) values[index] = values[index]! * factor + shift;
    return;
  }
  for (let index = 0; index < values.length; index++) {
    const channel = index % channels;
    values[index] = values[index]! * scale[channel]! + offset[channel]!;
  }
}

function badRange(name: string, got: string): QgtError {
  return new QgtError('usage', {
    where: `input range ${name}`,
    what: 'not a range of input values',
    got,
    expected: 'as-is, 0..1, -1..1, 0..255, imagenet, or mean=M/std=S with one value each or one per channel',
    remedy: 'set --input-range=RANGE',
  });
}
