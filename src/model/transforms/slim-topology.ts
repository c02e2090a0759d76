import { type Config, everyLayer } from '../topology/layer-entry.js';
import { rootOf, withRoot } from '../topology/root.js';

type Topology = Readonly<Record<string, unknown>>;

/** Layers of tfjs's own for which an option that is left out is the same as null; a custom layer may need all of its. */
const KNOWN =
  /^(InputLayer|Dense|Activation|(Leaky)?ReLU|Dropout|Flatten|Reshape|Add|Concatenate|(Separable|Depthwise)?Conv[123]D(Transpose)?|(Batch|Layer)Normalization|(Global)?(Max|Average)Pooling[123]D|ZeroPadding2D)$/;

const TRAINING_ONLY = /_(regularizer|constraint)$/;
/** Their first values are 0 or 1 unless something else is asked for. */
const NOT_RANDOM = /^(bias|beta|gamma|moving_mean|moving_variance)_initializer$/;

/** The topology without what matters to training from scratch only, and without what says nothing. */
export function slimTopology(topology: Topology, source: string): Topology {
  const root = rootOf(topology, source);
  for (const entry of everyLayer(root))
    if (KNOWN.test(entry.class_name)) entry.config = slimConfig(entry.config);
  return withRoot(topology, root);
}

function slimConfig(config: Config): Config {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      if (value === null || TRAINING_ONLY.test(key) || NOT_RANDOM.test(key)) return [];
      if ((key === 'trainable' && value === true) || (key === 'dtype' && value === 'float32')) return [];
      // The weights are loaded; drawing random ones first takes time.
      return [[key, key.endsWith('_initializer') ? 'zeros' : value]];
    }),
  );
}
