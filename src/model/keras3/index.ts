import { type NamedTensor, QgtError } from '../../core/index.js';
import { type LayerWithWeights, layersWithWeights } from '../read/keras/layers-with-weights.js';
import { everyLayer, isContainer, type LayerEntry, nameOf } from '../topology/layer-entry.js';
import { rootOf } from '../topology/root.js';
import { isScaled, rescaleHardSigmoids, scaledForKeras3 } from './hard-sigmoid.js';
import { orderLayers } from './layer-order.js';
import { addInputLayers } from './sequential-inputs.js';
import { kerasName, registeredName, serializeLayer } from './serialize.js';
import { isCustom, translateLayer } from './translate.js';

/** A model as Keras 3 has it in a `.keras` archive. */
export interface Keras3Model {
  /** Contents of config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Contents of model.weights.h5: each weight under its path there. */
  readonly weights: readonly NamedTensor[];
  /** Changes that the user should know of. */
  readonly notes: readonly string[];
}

/**
 * Translates a layers model for Keras 3.
 *
 * @param topology  As stock tfjs takes it.
 * @param tensors   All its weights.
 * @throws QgtError `unsupported-layer` for a layer that Keras 3 has no counterpart for, `bad-model` where a weight is
 *   missing, or is of no layer.
 */
export function toKeras3(
  topology: Readonly<Record<string, unknown>>,
  tensors: readonly NamedTensor[],
  source: string,
): Keras3Model {
  const original = rootOf(topology, source);
  addInputLayers(original);
  const root = translateLayer(original);
  const rescaled = rescaleHardSigmoids(root);
  orderLayers(root);
  checkNames(root, source);
  const layers = layersWithWeights(root, source);
  return {
    config: serializeLayer(root),
    weights: archivedWeights(layers, tensors, source),
    notes: [...notesOnHardSigmoid(root, rescaled), ...notesOnLayers(root)],
  };
}

/** The weights by their paths; those of custom layers in the order in which they are stored. */
function archivedWeights(
  layers: readonly LayerWithWeights[],
  tensors: readonly NamedTensor[],
  source: string,
): NamedTensor[] {
  const left = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const take = (name: string, entry: LayerEntry): NamedTensor => {
    const tensor = left.get(name);
    left.delete(name);
    if (tensor !== undefined) return tensor;
    throw new QgtError('bad-model', {
      where: `${source}: layer ${nameOf(entry)}`,
      what: `its weight ${name} is not in the file`,
      remedy: 'compress the model again',
    });
  };
  const known = layers.flatMap(({ entry, group, weights }) =>
    weights.map(({ own, name }, index) => ({
      ...scaledForKeras3(entry, own, take(name, entry)),
      name: `${group}vars/${index}`,
    })),
  );
  const custom = layers
    .filter(({ entry }) => isCustom(entry))
    .flatMap(({ name, group }) => {
      const own = [...left.keys()].filter((each) => `/${each}`.includes(`/${name}/`));
      const taken = own.map((each) => left.get(each)!);
      for (const each of own) left.delete(each);
      return taken.map((tensor, index) => ({ ...tensor, name: `${group}vars/${index}` }));
    });
  const [stray] = left.keys();
  if (stray === undefined) return [...known, ...custom];
  throw new QgtError('bad-model', {
    where: `${source}: ${stray}`,
    what: 'no layer of the model has this weight',
    remedy: 'compress the model again',
  });
}

function checkNames(root: LayerEntry, source: string): void {
  for (const entry of everyLayer(root)) {
    if (!isContainer(entry)) continue;
    const names = entry.config.layers.map((each) => kerasName(nameOf(each)));
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) continue;
    throw new QgtError('unsupported-layer', {
      where: `${source}: layer ${twice}`,
      what: 'two layers have this name in Keras 3, which takes no slash in one',
      remedy: 'give the layers other names in the model that is compressed',
    });
  }
}

function notesOnHardSigmoid(root: LayerEntry, rescaled: readonly string[]): string[] {
  const scaled = [...everyLayer(root)].filter(isScaled).map(nameOf);
  return [
    ...(scaled.length === 0
      ? []
      : [
          `${scaled.join(', ')}: the weights of hard_sigmoid are 1.2 times those of the model, as Keras 3's rises by 1/6 and that of Keras 2 and tfjs by 1/5`,
        ]),
    ...(rescaled.length === 0
      ? []
      : [`${rescaled.join(', ')}: a Rescaling by 1.2 stands in front, as Keras 3 has another hard_sigmoid`]),
  ];
}

function notesOnLayers(root: LayerEntry): string[] {
  const entries = [...everyLayer(root)];
  const custom = new Map(entries.filter(isCustom).map((entry) => [registeredName(entry), entry]));
  const bilinear = entries
    .filter(({ config }) => config.interpolation === 'bilinear')
    .map((entry) => nameOf(entry));
  const renamed = entries.map(nameOf).filter((name) => kerasName(name) !== name);
  return [
    ...[...custom].map(
      ([name, entry]) =>
        `${entry.class_name} is a layer of your own, written as ${name}: decorate the class with @keras.saving.register_keras_serializable(), or load with custom_objects={'${name}': ${entry.class_name}}`,
    ),
    ...(bilinear.length === 0
      ? []
      : [
          `${bilinear.join(', ')}: Keras interpolates between centres of pixels, tfjs between corners, so that outputs differ`,
        ]),
    ...(renamed.length === 0
      ? []
      : [`${renamed.length} layers were renamed, as Keras 3 takes no slash (${renamed[0]})`]),
  ];
}
