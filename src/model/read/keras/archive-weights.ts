import type { NamedTensor } from '../../../core/index.js';
import { isContainer, type LayerEntry, nameOf, wrappedIn } from '../../topology/layer-entry.js';
import type { Hdf5 } from './hdf5.js';

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

/**
 * The weights of a `.keras` archive, named by layer and weight. The archive numbers them, and puts each layer in a group
 * that is named after its class and, from the second of that class on, a number.
 */
export function archiveWeights(root: LayerEntry, file: Hdf5): NamedTensor[] {
  return weightsAt(root, { group: '', name: '' }, file);
}

/** Group of a layer in the archive, and the name that its weights get in front. */
interface Place {
  readonly group: string;
  readonly name: string;
}

function weightsAt(entry: LayerEntry, place: Place, file: Hdf5): NamedTensor[] {
  const { class_name: className, config } = entry;
  if (isContainer(entry)) return inList(config.layers as LayerEntry[], `${place.group}layers/`, '', file);
  if (className === 'Bidirectional') return inBothDirections(entry, place, file);
  const [wrapped] = wrappedIn(entry);
  if (className === 'TimeDistributed' && wrapped !== undefined)
    return weightsAt(wrapped, { ...place, group: `${place.group}layer/` }, file);
  if (className === 'StackedRNNCells')
    return inList(wrappedIn(entry), `${place.group}cells/`, `${place.name}/`, file);
  if (className === 'RNN' && wrapped !== undefined)
    return weightsAt(wrapped, { ...place, group: `${place.group}cell/` }, file);
  const isLayer = IS_RECURRENT.test(className) && !className.endsWith('Cell');
  return variables(entry, { ...place, group: isLayer ? `${place.group}cell/` : place.group }, file);
}

/** The weights of layers beside each other. */
function inList(layers: readonly LayerEntry[], group: string, prefix: string, file: Hdf5): NamedTensor[] {
  const seen = new Map<string, number>();
  return layers.flatMap((layer) => {
    const own = snakeCase(layer.class_name);
    const count = seen.get(own) ?? 0;
    seen.set(own, count + 1);
    const place = {
      group: `${group}${own}${count === 0 ? '' : `_${count}`}/`,
      name: `${prefix}${nameOf(layer)}`,
    };
    return weightsAt(layer, place, file);
  });
}

function inBothDirections(entry: LayerEntry, { group, name }: Place, file: Hdf5): NamedTensor[] {
  const [layer, own] = wrappedIn(entry);
  if (layer === undefined) return [];
  const bare = nameOf(layer).replace(/^forward_/, '');
  return [
    ...weightsAt(layer, { group: `${group}forward_layer/`, name: `${name}/forward_${bare}` }, file),
    ...weightsAt(own ?? layer, { group: `${group}backward_layer/`, name: `${name}/backward_${bare}` }, file),
  ];
}

function variables(entry: LayerEntry, { group, name }: Place, file: Hdf5): NamedTensor[] {
  const names = namesOf(entry);
  const found: NamedTensor[] = [];
  for (;;) {
    const index = found.length;
    const tensor = file.tensor(`${group}vars/${index}`, `${name}/${names[index] ?? `variable_${index}`}`);
    if (tensor === undefined) return found;
    found.push(tensor);
  }
}

function namesOf({ class_name: className, config }: LayerEntry): readonly string[] {
  if (IS_RECURRENT.test(className)) return RECURRENT;
  if (className !== 'BatchNormalization' && className !== 'LayerNormalization')
    return NAMES[className] ?? ['kernel', 'bias'];
  return [
    ...(config.scale === false ? [] : ['gamma']),
    ...(config.center === false ? [] : ['beta']),
    ...(className === 'BatchNormalization' ? ['moving_mean', 'moving_variance'] : []),
  ];
}

/** Keras' name of a group: `SeparableConv2D` as `separable_conv2d`. */
const snakeCase = (className: string): string =>
  className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
