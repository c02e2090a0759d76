import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { nestedLayers } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import {
  countMultiplications,
  disableDropout,
  readModel,
  stripTopology,
  toLayersModel,
} from '../../src/model/index.js';
import type { ChannelRule } from '../../src/model/layers/channel-rule.js';
import { type Channels, varyingChannels } from '../../src/model/layers/channels.js';
import { type LayerKind, layerKindOf, layerKinds } from '../../src/model/layers/index.js';
import { vocabularyOf } from '../../src/model/vocabulary.js';
import { startCpu } from '../cpu-engine.js';
import { saveModel } from './model-folder.js';
import { registeredLayers, type Specimen, specimenOf } from './specimens.js';

/** Classes that stock tfjs registers as layers and of which qgt knows nothing, and why that is enough. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  Sequential: 'a model: its layers are looked at one by one',
  Functional: 'a model: its layers are looked at one by one',
  Model: 'a model: its layers are looked at one by one',
  StackedRNNCells: 'only inside an RNN, whose entry speaks of its weights',
  Dot: 'sums over channels of two inputs, with no weight of its own',
  CenterCrop: 'prepares inputs: no kernel stands before it',
  Resizing: 'prepares inputs: no kernel stands before it',
  RandomWidth: 'prepares inputs: no kernel stands before it',
};

/** Classes that take no tensor by themselves, and one with which tfjs takes its output's shape for its input's. */
const WITHOUT_SPECIMEN = /^InputLayer$|^CategoryEncoding$|Cell$/;

/** What the classes with an option `activation` are looked at with. */
const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'tanh', 'softplus', 'softmax'];

const names = (layer: tf.layers.Layer): string[] =>
  layer.weights.map(({ originalName }) => originalName.split('/').at(-1)!);
const predict = ({ model }: Specimen, inputs: tf.Tensor[]): tf.Tensor => model.predict(inputs) as tf.Tensor;
const train = ({ model }: Specimen, inputs: tf.Tensor[]): tf.Tensor =>
  model.apply(inputs, { training: true }) as tf.Tensor;

function distance(one: tf.Tensor, other: tf.Tensor): number {
  assert.deepEqual(one.shape, other.shape);
  return tf.max(tf.abs(tf.sub(one, other))).dataSync()[0]!;
}

/** A positive factor for each channel. */
function factorsFor(channels: number): tf.Tensor1D {
  return tf.tensor1d(Array.from({ length: channels }, (_, channel) => 0.5 + channel));
}

/** A value a channel, shaped so that it broadcasts along those neighbouring dimensions of a tensor. */
function along(values: tf.Tensor1D, axes: readonly number[], shape: readonly number[]): tf.Tensor {
  return tf.reshape(
    values,
    shape.map((size, axis) => (axes.includes(axis) ? size : 1)),
  );
}

/** Multiplies kernel and bias of the output by a factor a channel. */
function multiplyOutput({ layer }: Specimen, kind: LayerKind, factors: tf.Tensor1D): void {
  const { kernel, bias } = kind.output!;
  const own = names(layer);
  layer.setWeights(
    layer.weights.map((weight, index) => {
      const value = variableOf(weight);
      if (own[index] === bias) return tf.mul(value, factors);
      return own[index] === kernel
        ? tf.mul(value, along(factors, kind.kernels[kernel]!, value.shape))
        : value.clone();
    }),
  );
}

/** Whether every factor of a channel, of the input or of kernel and bias, becomes one of the output. */
function isHomogeneous(specimen: Specimen, kind: LayerKind): boolean {
  const { inputs } = specimen;
  const before = predict(specimen, inputs);
  const channels = (kind.output === null ? inputs[0]! : before).shape.at(-1)!;
  if (before.shape.at(-1) !== channels) return false;
  const factors = factorsFor(channels);
  if (kind.output !== null) multiplyOutput(specimen, kind, factors);
  const scaled = kind.output === null ? inputs.map((input) => tf.mul(input, factors)) : inputs;
  return distance(predict(specimen, scaled), tf.mul(before, factors)) < 1e-4;
}

/** The two layers that a separable convolution is made of. */
function separated({ weights }: tf.layers.Layer): tf.layers.Layer[] {
  const [deep, pointwise] = weights.map(({ shape }) => shape as number[]);
  return [
    tf.layers.depthwiseConv2d({ kernelSize: deep![0]!, depthMultiplier: deep![3]! }),
    tf.layers.conv2d({ kernelSize: 1, filters: pointwise![3]! }),
  ];
}

/** What a layer makes of ones with kernels of ones and no bias: each output is the number of its products. */
function onesThrough(layer: tf.layers.Layer, ones: tf.Tensor): tf.Tensor {
  layer.apply(ones);
  layer.setWeights(
    layer.weights.map((weight, index) => {
      const shape = weight.shape as number[];
      return names(layer)[index] === 'bias' ? tf.zeros(shape) : tf.ones(shape);
    }),
  );
  return layer.apply(ones) as tf.Tensor;
}

/** A specimen of a class of the table for each activation that it can have, or one. */
function specimensOf(className: string): Specimen[] {
  const first = specimenOf(className);
  assert.ok(first !== undefined, `${className}: no input fits it`);
  if (first.config.activation === undefined) return [first];
  return ACTIVATIONS.flatMap((activation) => specimenOf(className, { activation }) ?? []);
}

/** The rules of a layer whose first input channel has this value everywhere; fewer where one isn't known. */
function rulesOf({ layer, inputs, config }: Specimen, kind: LayerKind, constant: number): ChannelRule[] {
  const weight = (name: string) => {
    const index = names(layer).indexOf(name);
    if (index < 0) return undefined;
    const { shape, ...variable } = variableOf(layer.weights[index]!);
    const values = variableOf(layer.weights[index]!).dataSync() as Float32Array;
    return { name: variable.name, dtype: 'float32' as const, shape, values };
  };
  let channels: Channels[] = inputs.map(({ shape, rank }) => {
    const count = shape.at(-1)!;
    const constants = Float64Array.from({ length: count }, (_, at) => (at === 0 ? constant : Number.NaN));
    return { count, rank, constants, flat: false };
  });
  return kind.channelRules.flatMap((make) => {
    const rule = make({ config, weight, inputs: channels });
    if (rule?.kind === 'spreads') channels = [varyingChannels(channels[0]!.count * rule.multiplier, 4)];
    return rule ?? [];
  });
}

/** Checks the rule of a layer, or of its second kernel, whose first input channel has one value everywhere. */
function checkRule(rules: readonly ChannelRule[], specimen: Specimen, constant: number): void {
  const { inputs, layer, className } = specimen;
  const [rule, before] = rules.toReversed();
  if (rule === undefined) return;
  const channels = inputs[0]!.shape.at(-1)! * (before?.kind === 'spreads' ? before.multiplier : 1);
  // A layer that needs every channel may take tokens alone.
  const read = rule.kind === 'needs' ? inputs : inputs.map((input) => withConstant(input, constant));
  const output = predict(specimen, read);
  const width = output.shape.at(-1)!;
  switch (rule.kind) {
    case 'mixes':
      assert.equal(rule.kernel.shape[rule.outAxis], width);
      assert.equal(rule.kernel.shape[rule.inAxis], channels);
      assert.equal(Reflect.get(layer, rule.countKey), width);
      assert.equal(rule.rank, output.rank);
      break;
    case 'spreads':
      assert.equal(width, channels * rule.multiplier);
      break;
    case 'keeps': {
      assert.equal(rule.rank, output.rank);
      if (!rule.flat) assert.equal(width, channels);
      const expected = rule.constantOf(
        inputs.map(() => constant),
        0,
      );
      for (const [index, value] of output.dataSync().entries())
        if (index % channels === 0 && !Number.isNaN(expected))
          assert.ok(Math.abs(value - expected) < 1e-5, `${className}: ${value} for ${expected}`);
      break;
    }
    case 'joins':
      assert.equal(width, channels * inputs.length);
      break;
    case 'needs':
      assert.deepEqual([rule.output.count, rule.output.rank], [width, output.rank]);
  }
}

/** A tensor whose first channel has this value everywhere. */
function withConstant(input: tf.Tensor, constant: number): tf.Tensor {
  const first = tf.cast(tf.equal(tf.range(0, input.shape.at(-1)!), 0), 'float32');
  return tf.add(tf.mul(input, tf.sub(1, first)), tf.mul(first, constant));
}

before(startCpu);

describe('the table of layer kinds', () => {
  it('has every layer that tfjs registers, but those left out for a reason', () => {
    for (const name of registeredLayers().keys())
      assert.notEqual(layerKindOf(name) !== undefined, name in LEFT_OUT, `${name}: in the table or left out`);
    for (const name of Object.keys(LEFT_OUT)) assert.ok(registeredLayers().has(name), name);
  });

  it('what is random in training and does nothing in prediction hands on activations, factors and constants', () => {
    const idle = Object.entries(layerKinds).filter(([className, { random }]) => {
      if (random.length === 0 || WITHOUT_SPECIMEN.test(className)) return false;
      const specimen = specimenOf(className)!;
      return distance(predict(specimen, specimen.inputs), specimen.inputs[0]!) === 0;
    });
    assert.ok(idle.length >= 5);
    for (const [className, kind] of idle) {
      const specimen = specimenOf(className)!;
      assert.equal(kind.activation(specimen.layer), null, className);
      assert.ok(kind.isHomogeneous(specimen.config), className);
      const [rule] = rulesOf(specimen, kind, 0.75);
      assert.ok(rule?.kind === 'keeps' && rule.constantOf([0.75], 0) === 0.75, className);
    }
  });

  it('says nothing of a class that it has not, nor of what every object has', () => {
    for (const name of ['Mine', 'constructor', 'toString']) assert.equal(layerKindOf(name), undefined);
  });
});

for (const [className, kind] of Object.entries(layerKinds)) {
  if (WITHOUT_SPECIMEN.test(className) || !registeredLayers().has(className)) continue;

  describe(`what the table says of ${className}`, () => {
    it('its kernels and float weights are there, the channels of each in the dimensions named', () => {
      const { layer, inputs, ...specimen } = specimenOf(className)!;
      const named = [...Object.keys(kind.kernels), ...Object.keys(kind.floats)];
      for (const name of named) assert.ok(names(layer).includes(name), name);
      if (kind.wraps.length === 0)
        for (const [index, name] of names(layer).entries())
          assert.ok(named.includes(name) || layer.weights[index]!.shape.length === 1, name);
      const width = predict({ layer, inputs, ...specimen }, inputs).shape.at(-1)!;
      for (const [name, axes] of Object.entries(kind.kernels)) {
        if (kind.output !== null && name !== kind.output.kernel) continue;
        const { shape } = layer.weights[names(layer).indexOf(name)]!;
        const channels = axes.reduce((product, axis) => product * shape[axis]!, 1);
        // A recurrent kernel has some gates a channel.
        assert.equal(channels % width, 0, `${name} [${shape}] for ${width} channels`);
      }
    });

    it('kernel and bias of the output take a factor for each channel', () => {
      if (kind.output === null) return;
      const specimen = specimenOf(className, { activation: 'linear' })!;
      assert.ok(isHomogeneous(specimen, kind));
    });

    it('where it is called homogeneous it is, with every activation', () => {
      for (const specimen of specimensOf(className))
        if (kind.isHomogeneous(specimen.config))
          assert.ok(isHomogeneous(specimen, kind), JSON.stringify(specimen.config));
    });

    it('its activation is the one that it has, and what hands values on makes none of its own', () => {
      for (const specimen of specimensOf(className)) {
        const activation = kind.activation(specimen.layer);
        const { config, inputs } = specimen;
        if (config.activation !== undefined && kind.output !== null)
          assert.equal(activation, config.activation);
        if (activation !== null) continue;
        const given = new Set(inputs.flatMap((input) => [...input.dataSync()]));
        for (const value of predict(specimen, inputs).dataSync()) assert.ok(given.has(value));
      }
    });

    it('it computes the activation as which it fuses', () => {
      for (const specimen of specimensOf(className)) {
        const name = kind.fusesAs(specimen.config);
        if (name === null) continue;
        const activation = tf.layers.activation({ activation: name as 'relu' });
        const expected = activation.apply(specimen.inputs[0]!) as tf.Tensor;
        assert.ok(distance(predict(specimen, specimen.inputs), expected) < 1e-6, name);
      }
    });

    it('its output has so many dimensions', () => {
      if (kind.rank === null) return;
      const { inputs, layer } = specimenOf(className)!;
      const { length } = layer.outputShape as number[];
      assert.equal(length, kind.rank === 'same' ? inputs[0]!.rank : kind.rank);
    });

    it('ones times ones add up to its multiplications', () => {
      const { model, layer, inputs } = specimenOf(className)!;
      const counted = countMultiplications(model);
      if (kind.multipliesAt === null) return void assert.equal(counted, 0);
      const parts = className === 'SeparableConv2D' ? separated(layer) : [layer];
      let ones: tf.Tensor = tf.ones([1, ...inputs[0]!.shape.slice(1)]);
      let sum = 0;
      for (const part of parts) {
        const products = onesThrough(part, ones);
        sum += tf.sum(products).dataSync()[0]!;
        ones = tf.onesLike(products);
      }
      assert.equal(counted, sum);
    });

    it('constants come out of it as it says', () => {
      for (const constant of [0, 0.75, -2])
        for (const specimen of specimensOf(className))
          checkRule(rulesOf(specimen, kind, constant), specimen, constant);
    });

    it('it is random in training where it says so, and not any more when told not to be', () => {
      // Two of a kind, as a layer may keep what it has drawn.
      const distanceOfTwo = (prepare: (layers: tf.layers.Layer[]) => void): number => {
        const [one, other] = [specimenOf(className)!, specimenOf(className)!].map((specimen) => {
          prepare(nestedLayers(specimen.model));
          return train(specimen, specimen.inputs);
        });
        return distance(one!, other!);
      };
      const holders = nestedLayers(specimenOf(className)!.model).flatMap((each) => [
        each,
        ...[Reflect.get(each, 'cell') ?? []].flat(),
      ]);
      const says = holders.some((each) => layerKindOf(each.getClassName())!.random.length > 0);
      assert.equal(distanceOfTwo(() => {}) > 0, says);
      assert.equal(distanceOfTwo(disableDropout), 0);
    });

    it('its tokens are the rows of its table, and what it wraps has all its weights', () => {
      const { layer } = specimenOf(className)!;
      const rows = vocabularyOf(layer);
      if (rows !== null && layer.weights.length > 0) assert.equal(layer.weights[0]!.shape[0], rows);
      if (kind.wraps.length === 0) return;
      const wrapped = kind.wraps.map((field) => Reflect.get(layer, field) as tf.layers.Layer);
      assert.equal(wrapped.flatMap(({ weights }) => weights).length, layer.weights.length);
    });

    it('options that are left out are those that are null', async () => {
      if (!kind.takesDefaults) return;
      const specimen = specimenOf(className)!;
      const loaded = await readModel(await saveModel(specimen.model));
      assert.ok(loaded.kind === 'layers');
      const stripped = await toLayersModel({ ...loaded, topology: stripTopology(loaded.topology, 'model') });
      const [one, other] = [specimen.model, stripped].map(
        (model) => model.predict(specimen.inputs) as tf.Tensor,
      );
      assert.equal(distance(one!, other!), 0);
    });
  });
}
