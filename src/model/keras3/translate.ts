import { QgtError } from '../../core/index.js';
import { type Config, isContainer, type LayerEntry, nameOf } from '../topology/layer-entry.js';
import { activations, counterparts, withoutCounterpart } from './counterparts.js';

const ACTIVATION_KEYS = ['activation', 'recurrent_activation'];
const WRAPPED_KEYS = ['layer', 'cell'];

/**
 * Translates a layer of tfjs, and all inside it, into one of Keras 3, of the same name and with the same calls.
 *
 * @throws QgtError `unsupported-layer` where Keras 3 has none, or no such activation.
 */
export function translateLayer(entry: LayerEntry): LayerEntry {
  const { class_name: className, config, ...calls } = entry;
  const name = nameOf(entry);
  const trainable = config.trainable === false ? { trainable: false } : {};
  if (isContainer(entry)) {
    const layers = entry.config.layers.map(translateLayer);
    const { input_layers, output_layers } = config;
    const isSequential = className === 'Sequential';
    const ends = isSequential ? {} : { input_layers, output_layers };
    return {
      ...calls,
      class_name: isSequential ? className : 'Functional',
      config: { name, ...trainable, layers, ...ends },
    };
  }
  if (className === 'InputLayer') return { ...calls, class_name: className, config: inputOptions(entry) };
  if (Object.hasOwn(withoutCounterpart, className)) throw unsupported(entry, withoutCounterpart[className]!);
  if (!Object.hasOwn(counterparts, className)) return structuredClone(entry);
  const { className: other = className, options, others } = counterparts[className]!;
  const kept = Object.fromEntries(options.flatMap((key) => (key in config ? [[key, config[key]]] : [])));
  const translated = translatedOptions({ ...kept, ...others?.(config) }, entry);
  return { ...calls, class_name: other, config: { name, ...trainable, ...translated } };
}

/** Whether a layer is the user's own: neither Keras 3 nor tfjs brings its class. */
export function isCustom({ class_name: className }: LayerEntry): boolean {
  return !['InputLayer', 'Functional', 'Sequential'].includes(className) && !isKnown(className);
}

const isKnown = (className: string): boolean =>
  Object.hasOwn(counterparts, className) ||
  Object.values(counterparts).some((counterpart) => counterpart.className === className);

function inputOptions({ config, ...entry }: LayerEntry): Config {
  return {
    batch_shape: config.batch_input_shape,
    dtype: typeof config.dtype === 'string' ? config.dtype : 'float32',
    sparse: false,
    ragged: false,
    name: nameOf({ ...entry, config }),
  };
}

function translatedOptions(config: Config, entry: LayerEntry): Config {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => {
      if (ACTIVATION_KEYS.includes(key)) return [key, activationOf(value, entry)];
      if (WRAPPED_KEYS.includes(key)) return [key, translateLayer(value as LayerEntry)];
      if (key === 'cells') return [key, (value as LayerEntry[]).map(translateLayer)];
      return [key, typeof value === 'string' ? snakeCase(value) : value];
    }),
  );
}

function activationOf(value: unknown, entry: LayerEntry): string {
  const name = snakeCase(
    typeof value === 'string' ? value : value === null ? 'linear' : JSON.stringify(value),
  );
  if (Object.hasOwn(activations, name)) return activations[name]!;
  throw unsupported(entry, `Keras 3 has no activation ${name}`);
}

/** tfjs takes the options of Python in either spelling: `channelsLast`, `hardSigmoid`. */
const snakeCase = (text: string): string => text.replace(/(?<=[a-z])([A-Z])/g, '_$1').toLowerCase();

/** The error for a layer that can't be written for Keras 3. */
export function unsupported(entry: LayerEntry, what: string): QgtError {
  return new QgtError('unsupported-layer', {
    where: `layer ${nameOf(entry)} (${entry.class_name})`,
    what,
    remedy: 'export it with --to tfjs, or take the weights alone with --to npz',
  });
}
