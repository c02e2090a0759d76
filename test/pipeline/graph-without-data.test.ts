import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { readQgt } from '../../src/runtime/index.js';
import { convolution } from '../compression/live-graph.js';
import * as tf from '../tf.js';
import { compress } from '../validated.js';
import { withFolder } from './digits.js';
import { operation, placeholder, saveGraphModel } from './graph-folder.js';
import { packedIn } from './packed-graph.js';

const SIDE = 10;
const WIDTH = 12;
const CLASSES = 4;
/** Bytes of a file that takes few bits of it. */
const SMALL = 1106;
const random = createRandom(5);
const normals = (size: number, deviation: number) =>
  Float32Array.from({ length: size }, () => deviation * random.normal());
const constants = [
  { name: 'first', shape: [3, 3, 3, WIDTH], values: normals(27 * WIDTH, 0.4) },
  { name: 'firstBias', shape: [WIDTH], values: normals(WIDTH, 0.2) },
  { name: 'second', shape: [3, 3, WIDTH, WIDTH], values: normals(9 * WIDTH * WIDTH, 0.15) },
  { name: 'secondBias', shape: [WIDTH], values: normals(WIDTH, 0.2) },
  { name: 'last', shape: [WIDTH, CLASSES], values: normals(WIDTH * CLASSES, 1) },
  { name: 'places', shape: [2], values: Int32Array.of(1, 2) },
];
const nodes = [
  placeholder('x', [-1, SIDE, SIDE, 3]),
  convolution('Conv2D', 'product1', ['x', 'first']),
  operation('BiasAdd', 'biased1', ['product1', 'firstBias']),
  operation('Relu', 'active1', ['biased1']),
  convolution('Conv2D', 'product2', ['active1', 'second']),
  operation('BiasAdd', 'biased2', ['product2', 'secondBias']),
  operation('Relu', 'active2', ['biased2']),
  operation('Mean', 'pooled', ['active2', 'places']),
  operation('MatMul', 'logits', ['pooled', 'last']),
  operation('Softmax', 'y', ['logits']),
];

/** Stripes of any direction, width and colour: images that no synthesis draws. [count, 10, 10, 3], 0 to 1 */
function stripes(count: number): tf.Tensor4D {
  const own = createRandom(6);
  const values = Array.from({ length: count }, () => {
    const [across, down, phase] = [own.normal(), own.normal(), 6 * own.next()];
    const colour = [own.next(), own.next(), own.next()];
    return Array.from({ length: SIDE * SIDE }, (_, at) => {
      const light = (1 + Math.sin(across * (at % SIDE) + down * Math.floor(at / SIDE) + phase)) / 2;
      return colour.map((channel) => light * channel);
    });
  });
  return tf.tensor(values.flat(2), [count, SIDE, SIDE, 3]) as tf.Tensor4D;
}

/** The graph's logits by stock tfjs. */
function exactLogits(x: tf.Tensor4D): tf.Tensor {
  const named = new Map(constants.map(({ name, shape, values }) => [name, tf.tensor(values, [...shape])]));
  const layer = (input: tf.Tensor4D, kernel: string): tf.Tensor4D =>
    tf.relu(
      tf.add(tf.conv2d(input, named.get(kernel) as tf.Tensor4D, 1, 'same'), named.get(`${kernel}Bias`)!),
    );
  const pooled = tf.mean(layer(layer(x, 'first'), 'second'), [1, 2]) as tf.Tensor2D;
  return tf.matMul(pooled, named.get('last') as tf.Tensor2D);
}

it("a graph that classifies images learns from drawn ones in the range that is said, and says so where it isn't", () =>
  withFolder(async (folder) => {
    const model = await saveGraphModel(folder, nodes, constants);
    const given = { model, bits: 2, uniform: true, engine: 'embedded', synthesisSamples: 384 } as const;
    const errorAfter = async (epochs: number): Promise<number> => {
      const output = join(folder, `out-${epochs}`);
      const { report } = await compress({ ...given, epochs, inputRange: '0..1', output });
      assert.doesNotMatch(report.notes.join(), /biases alone|nothing says the range/);
      assert.deepEqual(report.data.inputRanges, [{ input: 'x', range: '0..1' }]);
      const packed = await packedIn(output);
      const images = stripes(100);
      const logits = packed.execute(images, 'logits') as tf.Tensor;
      return tf.mean(tf.squaredDifference(logits, exactLogits(images))).dataSync()[0]!;
    };
    const [rounded, trained] = [await errorAfter(0), await errorAfter(8)];
    assert.ok(trained < rounded / 2, `${trained}, rounded ${rounded}`);

    const output = join(folder, 'unknown');
    const { report } = await compress({ ...given, epochs: 1, output });
    assert.match(
      report.notes.join(),
      /biases alone are trained; say the range of its inputs with --input-range/,
    );
    assert.match(report.notes.join(), /nothing says the range .* drawn in 0\.\.1/);
    assert.equal(report.data.inputRanges, null);
    const rangeIn = async (folder: string) =>
      (await readQgt(join(folder, 'model.qgt'))).preprocessing.inputRange;
    assert.equal(await rangeIn(join(folder, 'out-8')), '0..1');
    assert.equal(await rangeIn(output), undefined);
  }));

it("biases alone are tried where steps too large have spoilt a graph's kernels", () =>
  withFolder(async (folder) => {
    const model = await saveGraphModel(folder, nodes, constants);
    const given = { model, engine: 'embedded', inputRange: '0..1', learningRate: 0.3 } as const;
    const { report } = await compress({
      ...{ ...given, bits: 2, uniform: true, epochs: 4, maxTime: 60 },
      ...{ synthesisSamples: 384, output: join(folder, 'out') },
    });
    assert.match(report.notes.join(), /training of kernels was given up, and what else is trained kept/);

    const sized = await compress({
      ...{ ...given, bits: 'auto', epochs: 2, maxBytes: SMALL },
      ...{ synthesisSamples: 384, output: join(folder, 'sized') },
    });
    const { layers, notes, allocation, totals } = sized.report;
    assert.match(notes.join(), /given up/);
    assert.ok(totals.bytesAfter <= SMALL);
    // The widths that are named are those of the file.
    const widths = layers.filter(({ bits }) => bits < 32).map(({ name, bits }) => [name, bits]);
    assert.deepEqual(Object.fromEntries(widths), allocation!.chosen.bits);
  }));

it('a graph of convolutions whose images may have any size is trained', () =>
  withFolder(async (folder) => {
    const anySize = [placeholder('x', [-1, -1, -1, 3]), ...nodes.slice(1)];
    const model = await saveGraphModel(folder, anySize, constants);
    const { report } = await compress({
      ...{ model, bits: 2, engine: 'embedded', epochs: 1 },
      ...{ synthesisSamples: 8, output: join(folder, 'out') },
    });
    assert.equal(report.training?.epochsDone ?? 1, 1);
    assert.equal(report.data.synthesis?.samples, 8);
  }));
