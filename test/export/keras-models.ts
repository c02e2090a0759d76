import type { NamedTensor } from '../../src/core/index.js';
import { addTensorMethods } from '../../src/engine/tensor-methods.js';
import * as tf from '../../src/engine/tf.js';
import { registerLayers } from '../../src/keras-layers/index.js';
import { adaptTopology } from '../../src/model/topology/index.js';
import type { PackedModel, StoredTensor } from '../../src/pack/index.js';
import { someTensor } from '../model/model-folder.js';
import { registeredLayers, specimenOf } from '../model/specimens.js';

const { layers } = tf;

/** A model of stock tfjs with a batch for each of its inputs. */
export interface KerasCase {
  readonly name: string;
  readonly model: tf.LayersModel;
  readonly inputs: tf.Tensor[];
}

/** Classes that can't be a model's only layer, or whose input tfjs takes to have the shape of the output. */
const NOT_ALONE =
  /^(InputLayer|Sequential|Functional|Model|CategoryEncoding|CenterCrop|Resizing|RandomWidth)$|Cells?$/;
/** Options without which what a layer does would not show, or that tfjs does otherwise than Keras. */
const CHANGES: Readonly<Record<string, Record<string, unknown>>> = {
  Dot: { axes: 1 },
  Concatenate: { axis: 1 },
  LeakyReLU: { alpha: 0.17 },
  ThresholdedReLU: { theta: 0.6 },
  ReLU: { maxValue: 1.5 },
};

/** A model of every class of layers that stock tfjs can run, and of ways to put layers together. */
export function kerasCases(): KerasCase[] {
  addTensorMethods(); // for tfjs's own orthogonal initial values
  registerLayers(tf);
  const alone = [...registeredLayers().keys()].filter((name) => !NOT_ALONE.test(name));
  const specimens = alone.map((className) => {
    const changed = { recurrentActivation: 'sigmoid', ...CHANGES[className] };
    const found = specimenOf(className, changed);
    if (found === undefined) throw new Error(`no specimen of ${className}`);
    return { name: className, model: found.model, inputs: found.inputs };
  });
  return [
    ...specimens,
    ...whole().map(({ name, model }) => ({ name, model: filled(model), inputs: inputsOf(model) })),
  ];
}

/** Cases whose Keras 3 form can't be read back here: its hard_sigmoid is not in tfjs. */
export function hardSigmoidCases(): KerasCase[] {
  const steps = { inputShape: [5, 3], units: 4, recurrentActivation: 'hardSigmoid' as const };
  const made = {
    'LSTM gates': tf.sequential({ layers: [layers.lstm(steps)] }),
    'GRU gates': tf.sequential({ layers: [layers.gru(steps)] }),
    'GRU gates after reset': tf.sequential({ layers: [resetAfterGru(steps)] }),
    'ConvLSTM2D gates': tf.sequential({
      layers: [layers.convLstm2d({ inputShape: [3, 5, 5, 2], filters: 2, kernelSize: 3 } as never)],
    }),
    'hard_sigmoid in layers': tf.sequential({
      layers: [
        layers.separableConv2d({
          inputShape: [6, 6, 2],
          filters: 3,
          kernelSize: 3,
          activation: 'hardSigmoid',
        }),
        layers.flatten(),
        layers.dense({ units: 4, activation: 'hardSigmoid' }),
        layers.activation({ activation: 'hardSigmoid' }),
      ],
    }),
  };
  return Object.entries(made).map(([name, model]) => ({
    name,
    model: filled(model),
    inputs: inputsOf(model),
  }));
}

function whole(): { name: string; model: tf.LayersModel }[] {
  return [
    { name: 'models that are called twice', model: calledTwice() },
    { name: 'branches of different length', model: branches() },
    { name: 'first states', model: firstStates() },
    {
      name: 'cells',
      model: tf.sequential({
        layers: [
          layers.rnn({
            inputShape: [5, 3],
            cell: [
              layers.lstmCell({ units: 4, recurrentActivation: 'sigmoid' }),
              layers.gruCell({ units: 2, recurrentActivation: 'sigmoid' }),
            ],
            returnSequences: true,
          } as never),
          layers.rnn({ cell: layers.simpleRNNCell({ units: 3 }) } as never),
        ],
      }),
    },
    {
      name: 'wrappers',
      model: tf.sequential({
        layers: [
          layers.timeDistributed({
            inputShape: [4, 5],
            layer: tf.sequential({
              layers: [layers.dense({ units: 3, inputShape: [5] }), layers.dense({ units: 2 })],
            }),
          } as never),
          layers.bidirectional({
            layer: resetAfterGru({ units: 3, recurrentActivation: 'sigmoid', returnSequences: true }),
            mergeMode: 'sum',
          } as never),
          layers.timeDistributed({ layer: layers.dense({ units: 2 }) } as never),
        ],
      }),
    },
    {
      name: 'masked steps',
      model: tf.sequential({
        layers: [
          layers.embedding({ inputDim: 6, outputDim: 3, maskZero: true, inputShape: [5] }),
          layers.lstm({ units: 4, recurrentActivation: 'sigmoid' }),
          layers.dense({ units: 2, activation: 'softmax' }),
        ],
      }),
    },
    {
      name: 'a model as the first layer',
      model: tf.sequential({ layers: [calledTwice(), layers.dense({ units: 2, activation: 'swish' })] }),
    },
  ];
}

/** A Sequential and a functional model that are called twice, the second in the first's place and after it. */
function calledTwice(): tf.LayersModel {
  const inner = tf.sequential({
    layers: [layers.dense({ units: 3, inputShape: [3] }), layers.dense({ units: 3 })],
  });
  const start = tf.input({ shape: [3] });
  const other = tf.model({
    inputs: start,
    outputs: layers.dense({ units: 3, name: 'inside' }).apply(start) as tf.SymbolicTensor,
  });
  const x = tf.input({ shape: [3] });
  const once = other.apply(inner.apply(x)) as tf.SymbolicTensor;
  const twice = inner.apply(other.apply(once)) as tf.SymbolicTensor;
  return tf.model({ inputs: x, outputs: layers.add().apply([once, twice]) as tf.SymbolicTensor });
}

/** Layers of one class whose order in Keras, by their way to the outputs, is not that in which they were made. */
function branches(): tf.LayersModel {
  const [a, b] = [tf.input({ shape: [4], name: 'a' }), tf.input({ shape: [4], name: 'b' })];
  const dense = (units: number, x: tf.SymbolicTensor) =>
    layers.dense({ units }).apply(x) as tf.SymbolicTensor;
  const short = dense(3, a);
  const long = dense(3, dense(5, dense(4, b)));
  const joined = layers.concatenate().apply([short, long]) as tf.SymbolicTensor;
  return tf.model({ inputs: [a, b], outputs: [dense(1, short), dense(2, joined)] });
}

function firstStates(): tf.LayersModel {
  const x = tf.input({ shape: [5, 3] });
  const encoder = layers.lstm({ units: 4, returnState: true, recurrentActivation: 'sigmoid' });
  const [, hidden, cell] = encoder.apply(x) as tf.SymbolicTensor[];
  const decoder = layers.lstm({ units: 4, recurrentActivation: 'sigmoid' });
  const output = decoder.apply(x, { initialState: [hidden!, cell!] }) as tf.SymbolicTensor;
  return tf.model({ inputs: x, outputs: output });
}

/** The GRU that qgt registers, which is not the one of `tf.layers`. */
const resetAfterGru = (options: object): tf.RNN =>
  new (registeredLayers().get('GRU')!)({ ...options, resetAfter: true }) as tf.RNN;

function filled(model: tf.LayersModel): tf.LayersModel {
  const weights = model.weights.map((weight, index) => someTensor(weight.shape as number[], index + 3));
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

function inputsOf(model: tf.LayersModel): tf.Tensor[] {
  const isTokens = model.layers[0]!.getClassName() === 'Embedding';
  return model.inputs.map(({ shape }, index) => {
    const values = someTensor([2, ...(shape.slice(1) as number[])], index + 1);
    return isTokens ? tf.floor(tf.mul(tf.abs(values), 6)) : values;
  });
}

/** A model as a `.qgt` holds it, every weight as it is. */
export function packedWhole(model: tf.LayersModel): PackedModel {
  const tensors = model.weights.map(
    (weight): StoredTensor => ({
      encoding: 'raw',
      name: weight.originalName,
      shape: weight.shape as number[],
      dtype: 'float32',
      values: weight.read().dataSync() as Float32Array,
    }),
  );
  const saved = model.toJSON(null, false) as unknown as Record<string, unknown>;
  const { topology } = adaptTopology(saved, tensors as NamedTensor[], model.name);
  return { kind: 'layers', topology, metadata: {}, preprocessing: {}, tensors };
}
