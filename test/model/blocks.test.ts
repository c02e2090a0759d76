import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { modelBlocks, runBlock } from '../../src/model/index.js';

const { layers } = tf;
type Value = tf.SymbolicTensor;

const conv = (name: string, filters = 2) => layers.conv2d({ filters, kernelSize: 3, padding: 'same', name });
const model = (inputs: Value | Value[], outputs: Value | Value[]) => tf.model({ inputs, outputs });
const namesIn = (of: tf.LayersModel) =>
  modelBlocks(of).map(({ calls }) => calls.map(({ layer }) => layer.name));

/** The last block's value; every block reads what the one before made. */
function runAll(of: tf.LayersModel, inputs: tf.Tensor[]): tf.Tensor {
  let values = inputs;
  for (const block of modelBlocks(of)) values = [runBlock(block, values)];
  return values[0]!;
}

function assertSame(of: tf.LayersModel, inputs: tf.Tensor[]): void {
  const expected = of.predict(inputs.length === 1 ? inputs[0]! : inputs) as tf.Tensor;
  assert.deepEqual(runAll(of, inputs).dataSync(), expected.dataSync());
}

describe('blocks of a model', () => {
  before(async () => void (await startEngine('embedded')));

  it('end where everything flows through one tensor: a residual block is one, with the activation behind it', () => {
    const x = tf.input({ shape: [6, 6, 2] });
    const start = layers.reLU({ name: 'relu' }).apply(conv('first').apply(x)) as Value;
    const way = layers
      .batchNormalization({ name: 'norm' })
      .apply(conv('b').apply(layers.reLU({ name: 'inner' }).apply(conv('a').apply(start)))) as Value;
    const sum = layers.add({ name: 'add' }).apply([conv('shortcut').apply(start) as Value, way]) as Value;
    const end = layers.reLU({ name: 'end' }).apply(sum) as Value;
    const flat = layers.flatten({ name: 'flat' }).apply(end);
    const whole = model(
      x,
      layers.dense({ units: 3, activation: 'softmax', name: 'dense' }).apply(flat) as Value,
    );
    assert.deepEqual(
      namesIn(whole).map((names) => [...names].sort()),
      [['first', 'relu'], ['a', 'add', 'b', 'end', 'flat', 'inner', 'norm', 'shortcut'], ['dense']],
    );
    assertSame(whole, [tf.randomNormal([3, 6, 6, 2], 0, 1, 'float32', 1)]);
  });

  it('have a depthwise kernel and the one that mixes its channels together, also inside a nested model', () => {
    const depthwise = (name: string) => layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', name });
    const inner = tf.sequential({
      name: 'inner',
      layers: [
        layers.conv2d({ filters: 2, kernelSize: 3, padding: 'same', name: 'first', inputShape: [6, 6, 2] }),
        depthwise('depthwise1'),
        layers.reLU({ name: 'relu1' }),
        conv('mix1', 3),
        depthwise('depthwise2'),
        conv('mix2'),
      ],
    });
    const whole = tf.sequential({
      layers: [
        inner,
        layers.dropout({ rate: 0.5, name: 'drop' }),
        layers.globalAveragePooling2d({ name: 'pool' }),
      ],
    });
    assert.deepEqual(namesIn(whole), [
      ['first'],
      ['depthwise1', 'relu1', 'mix1'],
      ['depthwise2', 'mix2', 'drop', 'pool'],
    ]);
    assertSame(whole, [tf.randomNormal([3, 6, 6, 2], 0, 1, 'float32', 2)]);
  });

  it('begin with all inputs, and leave out what comes after the last single tensor', () => {
    const [a, b] = [tf.input({ shape: [4] }), tf.input({ shape: [4] })];
    const units = (name: string, of: Value) => layers.dense({ units: 4, name }).apply(of) as Value;
    const sum = layers.add({ name: 'add' }).apply([units('ofA', a), units('ofB', b)]) as Value;
    const middle = units('middle', sum);
    const forked = model([a, b], [units('one', middle), units('other', middle)]);
    assert.deepEqual(namesIn(forked), [['ofA', 'ofB', 'add'], ['middle']]);
    const joined = model([a, b], middle);
    assertSame(joined, [tf.ones([2, 4]), tf.randomNormal([2, 4], 0, 1, 'float32', 3)]);
  });

  it('are none where steps are masked, or a model runs for each step', () => {
    const masked = tf.sequential({
      layers: [layers.masking({ inputShape: [5, 2] }), layers.lstm({ units: 3 }), layers.dense({ units: 2 })],
    });
    assert.deepEqual(modelBlocks(masked), []);
    const each = tf.sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] });
    const wrapped = tf.sequential({
      layers: [layers.timeDistributed({ layer: each, inputShape: [5, 2] }), layers.flatten()],
    });
    assert.deepEqual(modelBlocks(wrapped), []);
  });
});
