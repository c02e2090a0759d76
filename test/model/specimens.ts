import * as tf from '../../src/engine/tf.js';
import { someTensor } from './model-folder.js';

const { layers } = tf;

/** A layer of a class, in a model of its own. */
export interface Specimen {
  readonly className: string;
  readonly layer: tf.layers.Layer;
  readonly model: tf.LayersModel;
  /** A batch for each of the layer's inputs. */
  readonly inputs: tf.Tensor[];
  /** The layer's options as a topology has them. */
  readonly config: Record<string, unknown>;
}

type LayerClass = new (config: object) => tf.layers.Layer;

/** Without the batch, of different sizes, so that a wrong dimension shows; 4 is kept for units and filters. */
const INPUT_SHAPES = [[6], [6, 3], [6, 7, 3], [5, 3, 6, 2]];
const CHANNELS = 4;
const WORDS = 7;

/** Options for layers of any class, each of which takes those that it knows. */
const options = () => ({
  units: CHANNELS,
  filters: CHANNELS,
  kernelSize: 2,
  depthMultiplier: 2,
  inputDim: WORDS,
  outputDim: 5,
  rate: 0.5,
  stddev: 0.5,
  scale: 2,
  offset: 0.5,
  dropout: 0.4,
  recurrentDropout: 0.3,
  cropping: 1,
  n: 2,
  height: 3,
  width: 2,
  numTokens: WORDS,
  outputMode: 'multiHot',
  dims: [2, 1],
  targetShape: [2, null],
  cell: layers.lstmCell({ units: CHANNELS, dropout: 0.4, recurrentInitializer: 'zeros' }),
  layer: layers.gru({ units: CHANNELS, dropout: 0.4, recurrentInitializer: 'zeros' }),
  mergeMode: 'concat',
  activation: 'linear',
  recurrentInitializer: 'zeros', // random orthogonal matrices take long
});

/** Every class of layers that stock tfjs registers, by its name. */
export function registeredLayers(): ReadonlyMap<string, LayerClass> {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const all = Object.entries(classNameMap).map(([name, [made]]) => [name, made as unknown] as const);
  return new Map(
    all.filter((each): each is [string, LayerClass] => {
      const { prototype } = each[1] as { prototype?: unknown };
      return prototype instanceof tf.layers.Layer;
    }),
  );
}

/**
 * Makes a layer of a class with the first input that it takes, its weights filled.
 *
 * @returns undefined for a class that takes none of them alone: a cell, an input, a model.
 */
export function specimenOf(
  className: string,
  changed: Record<string, unknown> = {},
  shapes = INPUT_SHAPES,
): Specimen | undefined {
  const made = registeredLayers().get(className);
  for (const shape of made === undefined ? [] : shapes) {
    for (const count of [1, 2]) {
      try {
        return build(className, new made!({ ...options(), ...changed }), shape, count);
      } catch {
        // It takes another shape, or several inputs.
      }
    }
  }
  return undefined;
}

function build(className: string, layer: tf.layers.Layer, shape: number[], count: number): Specimen {
  const tokens = className === 'Embedding' || className === 'CategoryEncoding';
  const ends = Array.from({ length: count }, () => tf.input({ shape }));
  const output = layer.apply(count === 1 ? ends[0]! : ends) as tf.SymbolicTensor;
  const model = tf.model({ inputs: ends, outputs: output });
  const inputs = ends.map((_, index) => {
    const values = someTensor([2, ...shape], index + 1);
    return tokens ? tf.floor(tf.mul(tf.abs(values), WORDS)) : tf.mul(values, 3);
  });
  layer.setWeights(
    layer.weights.map((weight, index) => {
      const values = someTensor(weight.shape as number[], index + 3);
      return weight.name.includes('variance') ? tf.add(tf.abs(values), 0.5) : values;
    }),
  );
  return { className, layer, model, inputs, config: configIn(model, layer.name) };
}

function configIn(model: tf.LayersModel, name: string): Record<string, unknown> {
  const topology = model.toJSON(null, false) as unknown as {
    config: { layers: { config: Record<string, unknown> }[] };
  };
  return topology.config.layers.find(({ config }) => config.name === name)!.config;
}
