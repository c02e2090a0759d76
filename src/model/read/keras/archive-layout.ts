import { layerKindOf } from '../../layers/index.js';
import { isContainer, type LayerEntry, nameOf, wrappedIn } from '../../topology/layer-entry.js';

const RECURRENT = ['kernel', 'recurrent_kernel', 'bias'];
const IS_RECURRENT = /^(GRU|LSTM|SimpleRNN|ConvLSTM\dD)(Cell)?$/;
/** Names of a layer's weights in the order in which it makes them, where they are not a kernel and a bias. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  SeparableConv1D: ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  SeparableConv2D: ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  DepthwiseConv1D: ['depthwise_kernel', 'bias'],
  DepthwiseConv2D: ['depthwise_kernel', 'bias'],
  Embedding: ['embeddings'],
  PReLU: ['alpha'],
  Normalization: ['mean', 'variance', 'count'],
};

/** A layer that may have weights of its own in a `.keras` archive, which numbers them. */
export interface ArchivedLayer {
  readonly entry: LayerEntry;
  /** Its group in model.weights.h5, with a slash at the end; its weights are in `vars` there. */
  readonly group: string;
  /** The name that its weights have in front when they are named. */
  readonly name: string;
}

/**
 * The layers of a model that may have weights in a `.keras` archive, wrapped ones and cells in place of what holds them.
 *
 * The archive puts each layer in a group that is named after its class and, from the second of that class on, a number:
 * the order of the layers has to be that of the model as Keras makes it.
 */
export function archivedLayers(root: LayerEntry): ArchivedLayer[] {
  return layersAt(root, '', '');
}

/** The names of a layer's weights in their order; of a class that isn't known, the usual ones. */
export function orderedNames({ class_name: className, config }: LayerEntry): readonly string[] {
  const isNormalizing = className === 'BatchNormalization' || className === 'LayerNormalization';
  const names = IS_RECURRENT.test(className)
    ? RECURRENT
    : isNormalizing
      ? ['gamma', 'beta', ...(className === 'BatchNormalization' ? ['moving_mean', 'moving_variance'] : [])]
      : (NAMES[className] ?? ['kernel', 'bias']);
  const left = { bias: config.use_bias, gamma: config.scale, beta: config.center };
  return names.filter((name) => Reflect.get(left, name) !== false);
}

/** The names of the weights that a layer has to have, in their order; none for a class that isn't known. */
export function requiredNames(entry: LayerEntry): readonly string[] {
  const kind = layerKindOf(entry.class_name);
  if (kind === undefined) return [];
  const known = [...Object.keys(kind.kernels), ...Object.keys(kind.floats)];
  return known.length === 0 ? [] : orderedNames(entry);
}

function layersAt(entry: LayerEntry, group: string, name: string): ArchivedLayer[] {
  const { class_name: className, config } = entry;
  if (isContainer(entry)) return inList(config.layers as LayerEntry[], `${group}layers/`, '');
  if (className === 'Bidirectional') return inBothDirections(entry, group, name);
  const [wrapped] = wrappedIn(entry);
  if (className === 'TimeDistributed' && wrapped !== undefined)
    return layersAt(wrapped, `${group}layer/`, name);
  if (className === 'StackedRNNCells') return inList(wrappedIn(entry), `${group}cells/`, `${name}/`);
  if (className === 'RNN' && wrapped !== undefined) return layersAt(wrapped, `${group}cell/`, name);
  const isLayer = IS_RECURRENT.test(className) && !className.endsWith('Cell');
  return [{ entry, group: isLayer ? `${group}cell/` : group, name }];
}

/** Layers beside each other. */
function inList(layers: readonly LayerEntry[], group: string, prefix: string): ArchivedLayer[] {
  const seen = new Map<string, number>();
  return layers.flatMap((layer) => {
    const own = snakeCase(layer.class_name);
    const count = seen.get(own) ?? 0;
    seen.set(own, count + 1);
    return layersAt(layer, `${group}${own}${count === 0 ? '' : `_${count}`}/`, `${prefix}${nameOf(layer)}`);
  });
}

function inBothDirections(entry: LayerEntry, group: string, name: string): ArchivedLayer[] {
  const [layer, own] = wrappedIn(entry);
  if (layer === undefined) return [];
  const bare = nameOf(layer).replace(/^forward_/, '');
  return [
    ...layersAt(layer, `${group}forward_layer/`, `${name}/forward_${bare}`),
    ...layersAt(own ?? layer, `${group}backward_layer/`, `${name}/backward_${bare}`),
  ];
}

/** Keras' name of a group: `SeparableConv2D` as `separable_conv2d`. */
const snakeCase = (className: string): string =>
  className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
