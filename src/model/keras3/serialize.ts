import { type Config, isContainer, type LayerEntry, nameOf } from '../topology/layer-entry.js';
import { type NodeReference, referencesIn } from '../topology/node-reference.js';
import { isCustom } from './translate.js';

/** Layers that are called with a list, even of one. */
const MERGING = new Set([
  'Add',
  'Multiply',
  'Average',
  'Maximum',
  'Minimum',
  'Subtract',
  'Concatenate',
  'Dot',
]);
/** Layers that are given their first states as further inputs. */
const RECURRENT = new Set(['RNN', 'SimpleRNN', 'GRU', 'LSTM', 'ConvLSTM2D', 'Bidirectional']);

/** A layer as Keras 3 writes it. */
export function serializeLayer(entry: LayerEntry): Config {
  const { class_name: className, config } = entry;
  if (isContainer(entry)) return serializeModel(entry);
  const name = kerasName(nameOf(entry));
  if (isCustom(entry))
    return {
      module: null,
      class_name: className,
      config: { ...config, name },
      registered_name: registeredName(entry),
    };
  return {
    module: 'keras.layers',
    class_name: className,
    config: { ...serializeWrapped(config), name },
    registered_name: null,
  };
}

/** The name under which Keras 3 looks for a layer of the user's; where none is known, the one that Keras gives by itself. */
export const registeredName = ({ class_name: className, registered_name: name }: LayerEntry): string =>
  name ?? `Custom>${className}`;

/** Keras 3 takes no name with a slash. */
export const kerasName = (name: string): string => name.replaceAll('/', '_');

function serializeWrapped(config: Config): Config {
  const { layer, cell, cells } = config;
  return {
    ...config,
    ...(layer === undefined ? {} : { layer: serializeLayer(layer as LayerEntry) }),
    ...(cell === undefined ? {} : { cell: serializeLayer(cell as LayerEntry) }),
    ...(cells === undefined ? {} : { cells: (cells as LayerEntry[]).map(serializeLayer) }),
  };
}

function serializeModel(entry: LayerEntry & { config: { layers: LayerEntry[] } }): Config {
  const { config } = entry;
  const common = { name: kerasName(nameOf(entry)), trainable: config.trainable ?? true };
  if (entry.class_name === 'Sequential') {
    const layers = config.layers.map(serializeLayer);
    return {
      module: 'keras',
      class_name: 'Sequential',
      config: { ...common, layers },
      registered_name: null,
    };
  }
  const models = new Map(config.layers.filter(isContainer).map((each) => [nameOf(each), each.class_name]));
  const layers = config.layers.map((each) => ({
    ...serializeLayer(each),
    name: kerasName(nameOf(each)),
    inbound_nodes: (each.inbound_nodes ?? []).map((node) => callOf(each, referencesIn(node), models)),
  }));
  // A Functional begins with a call of its own here, unlike in the calls of layers.
  const endsOf = (value: unknown) => {
    const ends = referencesIn(value).map(([name, node, tensor]) => [
      kerasName(name),
      models.get(name) === 'Sequential' ? node - 1 : node,
      tensor,
    ]);
    // A list of one would have the model take and give lists.
    return ends.length === 1 ? ends[0] : ends;
  };
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      ...common,
      layers,
      input_layers: endsOf(config.input_layers),
      output_layers: endsOf(config.output_layers),
    },
    registered_name: 'Functional',
  };
}

function callOf(
  { class_name: className }: LayerEntry,
  references: readonly NodeReference[],
  models: ReadonlyMap<string, string>,
): Config {
  const tensors = references.map((reference) => tensorAt(reference, models));
  const [first, ...states] = tensors;
  if (RECURRENT.has(className) && states.length > 0)
    return { args: [first], kwargs: { initial_state: states } };
  return { args: tensors.length === 1 && !MERGING.has(className) ? [first] : [tensors], kwargs: {} };
}

/** Keras puts the output of the layer in its place, and reads nothing of the shape. */
function tensorAt([layer, node, tensor]: NodeReference, models: ReadonlyMap<string, string>): Config {
  // In tfjs a model's own graph is its call 0.
  const history = [kerasName(layer), models.has(layer) ? node - 1 : node, tensor];
  return {
    class_name: '__keras_tensor__',
    config: { shape: [null], dtype: 'float32', keras_history: history },
  };
}
