import { layerKindOf } from '../layers/index.js';
import { type Config, everyLayer } from '../topology/layer-entry.js';
import { rootOf, withRoot } from '../topology/root.js';

type Topology = Readonly<Record<string, unknown>>;

const TRAINING_ONLY = /_(regularizer|constraint)$/;
/** Initializers of weights that start from 0 or 1 by default. */
const NOT_RANDOM = /^(bias|beta|gamma|moving_mean|moving_variance)_initializer$/;

/** The topology without options that only matter for training from scratch or have their default values. */
export function stripTopology(topology: Topology, source: string): Topology {
  const root = rootOf(topology, source);
  // A custom layer may need all of its options.
  for (const entry of everyLayer(root))
    if (layerKindOf(entry.class_name)?.takesDefaults) entry.config = strippedConfig(entry.config);
  return withRoot(topology, root);
}

function strippedConfig(config: Config): Config {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      if (value === null || TRAINING_ONLY.test(key) || NOT_RANDOM.test(key)) return [];
      if ((key === 'trainable' && value === true) || (key === 'dtype' && value === 'float32')) return [];
      // The weights are loaded; drawing random ones first takes time.
      return [[key, key.endsWith('_initializer') ? 'zeros' : value]];
    }),
  );
}
