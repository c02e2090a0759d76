import { type Context, unsupported } from './context.js';
import { everyLayer, type LayerEntry, nameOf } from './layer-entry.js';

type Adapt = (entry: LayerEntry, context: Context) => void;

const convolution: Adapt = (entry, context) => {
  const { config } = entry;
  if (typeof config.groups === 'number' && config.groups > 1) {
    throw unsupported(entry, context, `grouped convolution (groups=${config.groups}) is not in tfjs-layers`);
  }
  if (config.padding === 'causal' && entry.class_name !== 'Conv1D')
    throw unsupported(entry, context, "padding='causal' is not in tfjs-layers");
};

const transposed: Adapt = (entry, context) => {
  convolution(entry, context);
  const { output_padding: padding, dilation_rate: dilation } = entry.config;
  if (padding !== undefined && padding !== null) {
    throw unsupported(entry, context, 'output_padding is not in tfjs-layers');
  }
  if ([dilation].flat().some((rate) => typeof rate === 'number' && rate > 1)) {
    throw unsupported(entry, context, 'a dilated transposed convolution is not in tfjs-layers');
  }
};

/** Keras 2 writes a kernel's options, which a separable convolution doesn't have; tfjs refuses them. */
const separable: Adapt = (entry, context) => {
  convolution(entry, context);
  for (const key of ['kernel_initializer', 'kernel_regularizer', 'kernel_constraint'])
    delete entry.config[key];
};

const batchNormalization: Adapt = (entry, context) => {
  if (entry.config.renorm === true)
    throw unsupported(entry, context, 'batch renormalization is not in tfjs-layers');
  singleAxis(entry, context);
};

const layerNormalization: Adapt = (entry, context) => {
  if (entry.config.rms_scaling === true)
    throw unsupported(entry, context, 'rms_scaling is not in tfjs-layers');
};

const singleAxis: Adapt = (entry, context) => {
  const { axis } = entry.config;
  if (!Array.isArray(axis)) return;
  if (axis.length !== 1)
    throw unsupported(entry, context, `axis [${axis.join(', ')}]: tfjs-layers takes one`);
  entry.config.axis = axis[0];
};

/** tfjs's ReLU knows `max_value` only and passes over the others, so that it would compute something else. */
const relu: Adapt = (entry, context) => {
  const maximum = entry.config.max_value ?? null;
  const slope = scalar(entry.config.negative_slope) ?? 0;
  const threshold = scalar(entry.config.threshold) ?? 0;
  if (slope !== 0 && threshold === 0 && maximum === null) replace(entry, 'LeakyReLU', { alpha: slope });
  else if (threshold !== 0 && slope === 0 && maximum === null)
    replace(entry, 'ThresholdedReLU', { theta: threshold });
  else if (slope !== 0 || threshold !== 0) {
    throw unsupported(
      entry,
      context,
      'negative_slope, threshold and max_value together are not in tfjs-layers',
    );
  } else entry.config.max_value = scalar(maximum) ?? null;
  delete entry.config.negative_slope;
  delete entry.config.threshold;
};

const leakyRelu: Adapt = ({ config }) => {
  config.alpha = scalar(config.negative_slope) ?? scalar(config.alpha) ?? 0.3;
  delete config.negative_slope;
};

/** tfjs computes it, though not quite as Keras does. */
const upSampling: Adapt = (entry, { notes }) => {
  if (entry.config.interpolation !== 'bilinear') return;
  notes.add(
    `${nameOf(entry)}: outputs differ from those of Keras, which interpolates between centres of pixels, and tfjs between corners; interpolation='nearest' is the same in both`,
  );
};

const ADAPTATIONS: Readonly<Record<string, Adapt>> = {
  Conv1D: convolution,
  Conv2D: convolution,
  Conv3D: convolution,
  DepthwiseConv2D: convolution,
  Conv2DTranspose: transposed,
  Conv3DTranspose: transposed,
  SeparableConv2D: separable,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Softmax: singleAxis,
  ReLU: relu,
  LeakyReLU: leakyRelu,
  UpSampling2D: upSampling,
};

/**
 * Puts single layers' options as tfjs-layers reads them.
 *
 * @throws QgtError `unsupported-layer` for an option that tfjs would pass over without a word.
 */
export function adaptLayerOptions(root: LayerEntry, context: Context): void {
  for (const entry of everyLayer(root)) {
    const { class_name: className } = entry;
    if (!Object.hasOwn(ADAPTATIONS, className)) continue;
    ADAPTATIONS[className]!(entry, context);
    if (entry.class_name !== className)
      context.notes.add(`${className} with these options was written as ${entry.class_name}`);
  }
}

function replace(entry: LayerEntry, className: string, options: Record<string, number>): void {
  const { name, trainable, dtype, batch_input_shape } = entry.config;
  entry.class_name = className;
  entry.config = {
    name,
    trainable,
    dtype,
    ...(batch_input_shape === undefined ? {} : { batch_input_shape }),
    ...options,
  };
}

/** A number that Keras may have wrapped: `[0.0]`, or an array scalar in an object. */
function scalar(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return scalar(value[0]);
  return typeof value === 'object' && value !== null ? scalar(Reflect.get(value, 'value')) : undefined;
}
