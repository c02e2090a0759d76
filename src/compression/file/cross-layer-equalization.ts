import { channelLayout, forEachElement } from '../../core/index.js';
import { findGraphScalePairs, findScalePairs, type ScalePair } from '../../model/index.js';
import type { CodedTensor, PackedModel, RawTensor, StoredTensor } from '../../pack/index.js';

/** Largest ratio of a scale to their mean: beyond it the activations in between may not fit float16. */
const MAX_RATIO = 64;

/** A model with scales moved, and the number of kernels that now have a single scale. */
export interface Moved {
  readonly model: PackedModel;
  readonly kernels: number;
}

/**
 * Moves the scales of kernels into the depthwise kernels after them, so that the file holds one set for the two.
 *
 * Activations between them are multiplied by the mean scale over their own, which the depthwise scales undo. Codes stay.
 */
export function equalizeLayers(model: PackedModel): Moved {
  const topology = model.topology as Readonly<Record<string, unknown>>;
  const pairs =
    model.kind === 'graph'
      ? findGraphScalePairs({ ...model, topology }, model.tensors)
      : findScalePairs(topology, 'the packed model');
  const tensors = new Map(model.tensors.map((tensor) => [tensor.name, tensor]));
  const moved = pairs.filter((pair) => movePair(pair, tensors));
  return { model: { ...model, tensors: [...tensors.values()] }, kernels: moved.length };
}

/** Moves the scales of a pair in `tensors`; returns whether it could. */
function movePair({ from, biases, to }: ScalePair, tensors: Map<string, StoredTensor>): boolean {
  const source = tensors.get(from);
  const target = tensors.get(to);
  const offsets = biases.flatMap((bias) => tensors.get(bias) ?? []).filter(isRaw);
  const known = biases.filter((bias) => tensors.has(bias)).length;
  if (source?.encoding !== 'codes' || target === undefined || offsets.length < known) return false;
  const mean = meanScale(source);
  const factors = Float64Array.from(source.grid.scale, (scale) => scale / mean);
  const takes = target.encoding === 'raw' ? !target.pinned : target.axes.join() === '2,3';
  if (!takes || !factors.every(isModerate) || factors.length !== target.shape[2]) return false;
  tensors.set(from, { ...source, axes: [], grid: { ...source.grid, scale: Float32Array.of(mean) } });
  for (const each of offsets)
    tensors.set(
      each.name,
      withValues(each, (value, channel) => value / factors[channel]!),
    );
  tensors.set(to, multiplied(target, factors));
  return true;
}

const isRaw = (tensor: StoredTensor): tensor is RawTensor => tensor.encoding === 'raw';

/** Computes the geometric mean of a kernel's scales; NaN where they can't be moved. */
function meanScale({ axes, grid: { scale, offset } }: CodedTensor): number {
  if (axes.length === 0 || offset !== undefined) return Number.NaN;
  return Math.exp(scale.reduce((sum, each) => sum + Math.log(each), 0) / scale.length);
}

/** Whether a factor is within bounds; false for scales that are 0 or negative, or without a mean. */
function isModerate(factor: number): boolean {
  return factor <= MAX_RATIO && factor >= 1 / MAX_RATIO;
}

/** A depthwise kernel [height, width, in, multiplier] for inputs that were divided by these factors. */
function multiplied(kernel: StoredTensor, factors: Float64Array): StoredTensor {
  const { shape } = kernel;
  const multiplier = shape[3]!;
  const factorOf = (channel: number) => factors[Math.floor(channel / multiplier)]!;
  if (kernel.encoding === 'codes') {
    const times = (values: Float32Array) => values.map((value, channel) => value * factorOf(channel));
    const { scale, offset } = kernel.grid;
    return {
      ...kernel,
      grid: { ...kernel.grid, scale: times(scale), ...(offset && { offset: times(offset) }) },
    };
  }
  const values = new Float32Array(kernel.values.length);
  forEachElement(channelLayout(shape, [2, 3]), (element, channel) => {
    values[element] = (kernel.values[element] as number) * factorOf(channel);
  });
  return { ...kernel, values };
}

function withValues(tensor: RawTensor, change: (value: number, channel: number) => number): RawTensor {
  return { ...tensor, values: Float32Array.from(tensor.values as Float32Array, change) };
}
