import type { NamedTensor } from '../../core/index.js';
import { type Context, unsupported } from './context.js';
import { everyLayer, type LayerEntry, nameOf } from './layer-entry.js';

/** Keras never divides by a standard deviation below this. */
const MIN_DEVIATION = 1e-7;

/**
 * Writes Keras's `Normalization`, which tfjs-layers lacks, as a `Rescaling` by its mean and variance.
 *
 * @throws QgtError `unsupported-layer` where it keeps another axis than the last, or its values are not there.
 */
export function foldNormalization(root: LayerEntry, context: Context): void {
  for (const entry of everyLayer(root)) {
    if (entry.class_name !== 'Normalization') continue;
    const name = nameOf(entry);
    const mean = numbers(entry.config.mean) ?? weightOf(context.weights, name, 'mean');
    const variance = numbers(entry.config.variance) ?? weightOf(context.weights, name, 'variance');
    if (mean === undefined || variance === undefined || mean.length !== variance.length) {
      throw unsupported(
        entry,
        context,
        'its mean and variance are not among the weights',
        'adapt() it and save the model again',
      );
    }
    if (mean.length > 1 && !keepsLastAxis(entry.config.axis)) {
      throw unsupported(entry, context, 'it keeps another axis than the last one');
    }
    const deviation = variance.map((value) => Math.max(Math.sqrt(value), MIN_DEVIATION));
    const inverted = entry.config.invert === true;
    const scale = deviation.map((value) => (inverted ? value : 1 / value));
    const offset = mean.map((value, channel) => (inverted ? value : -value * scale[channel]!));
    const { trainable, batch_input_shape } = entry.config;
    entry.class_name = 'Rescaling';
    entry.config = { name, trainable, dtype: 'float32', scale: unwrap(scale), offset: unwrap(offset) };
    if (batch_input_shape !== undefined) entry.config.batch_input_shape = batch_input_shape;
    const own = ['mean', 'variance', 'count'].map((each) => `/${name}/${each}`);
    context.weights = context.weights.filter((weight) => !own.some((end) => `/${weight.name}`.endsWith(end)));
    context.notes.add(`${name} (Normalization) was written as Rescaling by its mean and variance`);
  }
}

function weightOf(weights: readonly NamedTensor[], layer: string, name: string): number[] | undefined {
  const found = weights.find((weight) => `/${weight.name}`.endsWith(`/${layer}/${name}`));
  return found === undefined ? undefined : Array.from(found.values);
}

function numbers(value: unknown): number[] | undefined {
  const flat = [value].flat(Number.POSITIVE_INFINITY);
  return flat.every((each) => typeof each === 'number') ? flat : undefined;
}

function keepsLastAxis(axis: unknown): boolean {
  const kept = [axis ?? -1].flat();
  return kept.length === 1 && kept[0] === -1;
}

function unwrap(values: readonly number[]): number | readonly number[] {
  return values.length === 1 ? values[0]! : values;
}
