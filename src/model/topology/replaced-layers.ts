import type { Context } from './context.js';
import { type Config, everyLayer, type LayerEntry, nameOf } from './layer-entry.js';

/** A Keras layer that tfjs-layers lacks, and one that does the same when the model is used. */
interface Replacement {
  readonly className: string;
  readonly options: Config;
  readonly reason: string;
}

const nothing = (reason: string): Replacement => ({
  className: 'Activation',
  options: { activation: 'linear' },
  reason,
});

const augmentation = nothing('it augments images in training only');

/** Layers that are written otherwise, by their class in Keras. */
export const REPLACEMENTS: Readonly<Record<string, Replacement>> = {
  Identity: nothing('it passes its input on'),
  ActivityRegularization: nothing('it acts on training only'),
  RandomBrightness: augmentation,
  RandomContrast: augmentation,
  RandomFlip: augmentation,
  RandomHeight: augmentation,
  RandomRotation: augmentation,
  RandomTranslation: augmentation,
  RandomWidth: augmentation,
  RandomZoom: augmentation,
  SpatialDropout2D: {
    className: 'Dropout',
    options: { noise_shape: [null, 1, 1, null] },
    reason: 'Dropout with a noise shape is the same',
  },
  SpatialDropout3D: {
    className: 'Dropout',
    options: { noise_shape: [null, 1, 1, 1, null] },
    reason: 'Dropout with a noise shape is the same',
  },
};

/** Writes layers that tfjs-layers lacks as others that do the same; seeds of random layers go with them. */
export function replaceMissingLayers(root: LayerEntry, context: Context): void {
  for (const entry of everyLayer(root)) {
    if (!Object.hasOwn(REPLACEMENTS, entry.class_name)) continue;
    const { className, options, reason } = REPLACEMENTS[entry.class_name]!;
    context.notes.add(`${nameOf(entry)} (${entry.class_name}) was written as ${className}: ${reason}`);
    const { name, trainable, dtype, rate, batch_input_shape } = entry.config;
    entry.class_name = className;
    entry.config = { name, trainable, dtype, ...options };
    if (rate !== undefined && className === 'Dropout') entry.config.rate = rate;
    if (batch_input_shape !== undefined) entry.config.batch_input_shape = batch_input_shape;
  }
  context.weights = context.weights.filter(({ name }) => !name.endsWith('seed_generator_state'));
}
