import type { Context } from './context.js';
import { type Config, everyLayer, type LayerEntry } from './layer-entry.js';

/** Initializers that tfjs-layers 4.22 knows; a weight that is loaded never needs any other. */
const INITIALIZERS = new Set(
  'Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity LeCunNormal LeCunUniform Ones Orthogonal RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros'.split(
    ' ',
  ),
);

const REGULARIZERS = new Set(['L1L2']);

const CONSTRAINTS = new Set(['MaxNorm', 'MinMaxNorm', 'NonNeg', 'UnitNorm']);

/**
 * Puts initializers, regularizers, constraints and dtypes as tfjs-layers spells them.
 *
 * Keras >= 2.13 writes `L2` for what was `L1L2`; Keras 3 wraps everything, dtypes too, in objects with a module. What
 * tfjs has no class for matters to training from scratch only: initializers become `Zeros`, the others go.
 */
export function adaptClassNames(root: LayerEntry, context: Context): void {
  for (const entry of everyLayer(root)) {
    for (const key of Object.keys(entry.config)) {
      const value = entry.config[key];
      if (key === 'dtype') entry.config[key] = plainDtype(value);
      else if (key.endsWith('_initializer')) entry.config[key] = plainInitializer(value);
      else if (key.endsWith('_regularizer')) entry.config[key] = plainRegularizer(key, value, entry, context);
      else if (key.endsWith('_constraint')) entry.config[key] = plainConstraint(key, value, entry, context);
    }
  }
}

/** The dtype that a layer computes in; a policy's mixed or wider type makes no difference to tfjs. */
function plainDtype(value: unknown): unknown {
  const name = isKerasObject(value) ? value.config.name : value;
  if (typeof name !== 'string') return 'float32';
  if (/^(u?int(8|16|32|64)?)$/.test(name)) return 'int32';
  return ['bool', 'string', 'complex64'].includes(name) ? name : 'float32';
}

/** An object of Keras, which may stand there by its class alone; of no class where it is neither. */
function kerasObjectOf(value: unknown): KerasObject {
  if (isKerasObject(value)) return value;
  return { class_name: typeof value === 'string' ? value : '', config: {} };
}

function plainInitializer(value: unknown): unknown {
  if (value === null || value === undefined) return value;
  const { class_name: className, config } = kerasObjectOf(value);
  const name = pascalCase(className)
    .replace(/^Lecun/, 'LeCun')
    .replace(/Initializer$/, '');
  return { class_name: INITIALIZERS.has(name) ? name : 'Zeros', config };
}

function plainRegularizer(key: string, value: unknown, entry: LayerEntry, context: Context): unknown {
  if (value === null || value === undefined) return null;
  const { class_name: className, config } = kerasObjectOf(value);
  // tfjs has no activity regularizers; they act on training only.
  if (key === 'activity_regularizer') return dropped(className, key, entry, context);
  const name = pascalCase(className);
  if (name === 'L1') return { class_name: 'L1L2', config: { l1: config.l1 ?? 0.01, l2: 0 } };
  if (name === 'L2') return { class_name: 'L1L2', config: { l1: 0, l2: config.l2 ?? 0.01 } };
  return REGULARIZERS.has(name) ? { class_name: name, config } : dropped(className, key, entry, context);
}

function plainConstraint(key: string, value: unknown, entry: LayerEntry, context: Context): unknown {
  if (value === null || value === undefined) return null;
  const { class_name: className, config } = kerasObjectOf(value);
  const name = pascalCase(className);
  return CONSTRAINTS.has(name) ? { class_name: name, config } : dropped(className, key, entry, context);
}

function dropped(
  className: string,
  key: string,
  { class_name: layer }: LayerEntry,
  { notes }: Context,
): null {
  notes.add(`${layer}: ${key} ${className} is not in tfjs and was left out; it acts on training only`);
  return null;
}

/** Anything that Keras names by a class, with its options. */
interface KerasObject {
  readonly class_name: string;
  readonly config: Config;
}

/** An object as Keras serialises one. */
export function isKerasObject(value: unknown): value is KerasObject {
  if (typeof value !== 'object' || value === null) return false;
  const { class_name: className, config } = value as Record<string, unknown>;
  return typeof className === 'string' && typeof config === 'object' && config !== null;
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
