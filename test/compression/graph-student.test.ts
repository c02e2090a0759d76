import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
  graphStudent,
  learningConstants,
  trainedOutputs,
} from '../../src/compression/fitting/graph-student.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { settleHead } from '../../src/metrics/index.js';
import type { LiveGraphModel } from '../../src/session/index.js';
import { skipWithoutNative } from '../engine/native-available.js';
import type { Constant, Node } from '../pipeline/graph-folder.js';
import { operation, placeholder } from '../pipeline/graph-folder.js';
import { convolution, floats, fusedAttributes, ints, liveGraph } from './live-graph.js';

/** A graph, the shape of its input, and the constants that it is to learn. */
interface Case {
  readonly what: string;
  readonly input?: readonly number[];
  readonly dtype?: 'float32' | 'int32';
  /** Number of samples that the graph demands; left out: any. */
  readonly batch?: number;
  readonly nodes: readonly Node[];
  readonly constants: readonly Constant[];
  readonly learned: readonly string[];
  /** Constants that repeat another one. */
  readonly tied?: Readonly<Record<string, string>>;
}

const IMAGE = [5, 4, 3];
const KERNEL = floats('kernel', 3, 3, 3, 4);
const BIAS = floats('biases', 4);
const SLOPE = floats('slope', 4);

const fusedConvolutions: Case[] = [[], ['Relu'], ['Relu6'], ['LeakyRelu'], ['Prelu'], ['Elu']].flatMap(
  (activation) => {
    const isPrelu = activation[0] === 'Prelu';
    const more = isPrelu ? ['slope'] : [];
    return [1, 2].map((dilation) => ({
      what: `a fused convolution, ${activation[0] ?? 'linear'}, dilation ${dilation}`,
      nodes: [
        convolution('_FusedConv2D', 'y', ['x', 'kernel', 'biases', ...more], {
          dilation,
          fused: ['BiasAdd', ...activation],
        }),
      ],
      constants: [KERNEL, BIAS, ...(isPrelu ? [SLOPE] : [])],
      learned: ['kernel', 'biases', ...more],
    }));
  },
);

const CASES: Case[] = [
  ...fusedConvolutions,
  {
    what: 'a dilated convolution beside a node of the name that a part of it would be given',
    nodes: [
      convolution('_FusedConv2D', 'c', ['x', 'kernel', 'biases'], { dilation: 2, fused: ['BiasAdd'] }),
      operation('Tanh', 'c/part_0', ['c']),
      operation('Mul', 'y', ['c/part_0', 'slope']),
    ],
    constants: [KERNEL, BIAS, SLOPE],
    learned: ['kernel', 'biases', 'slope'],
  },
  {
    what: 'a fused depthwise convolution',
    nodes: [
      convolution('FusedDepthwiseConv2dNative', 'y', ['x', 'depth', 'vector'], {
        fused: ['BiasAdd', 'Relu6'],
      }),
    ],
    constants: [floats('depth', 3, 3, 3, 1), floats('vector', 3)],
    learned: ['depth', 'vector'],
  },
  {
    what: 'a convolution, its bias and a BatchNorm that was not folded',
    nodes: [
      convolution('Conv2D', 'c', ['x', 'kernel'], { stride: 2 }),
      operation('BiasAdd', 'b', ['c', 'biases']),
      operation('FusedBatchNormV3', 'y', ['b', 'slope', 'beta', 'mean', 'variances'], {
        epsilon: { f: 0.001 },
        is_training: { b: false },
      }),
    ],
    constants: [
      ...[KERNEL, BIAS, SLOPE, floats('beta', 4), floats('mean', 4)],
      { name: 'variances', shape: [4], values: Float32Array.of(1, 2, 0.5, 3) },
    ],
    learned: ['kernel', 'biases', 'slope', 'beta'],
  },
  {
    what: 'a transposed convolution',
    batch: 1,
    nodes: [convolution('Conv2DBackpropInput', 'y', ['sizes', 'back', 'x'], { stride: 2 })],
    constants: [ints('sizes', 1, 10, 8, 2), floats('back', 3, 3, 2, 3)],
    learned: ['back'],
  },
  {
    what: 'a product behind a reshape, scaled and moved; single numbers and the inputs stay',
    input: [6],
    nodes: [
      operation('Sub', 'centred', ['x', 'centre']),
      operation('Reshape', 'matrix', ['flat', 'sides']),
      operation('_FusedMatMul', 'p', ['centred', 'matrix', 'biases'], fusedAttributes(['BiasAdd', 'Relu'])),
      operation('Mul', 'scaled', ['p', 'slope']),
      operation('Mul', 'half', ['scaled', 'number']),
      operation('AddV2', 'y', ['half', 'beta']),
    ],
    constants: [
      ...[floats('centre', 6), floats('flat', 2, 12), ints('sides', 6, 4), BIAS, SLOPE],
      ...[{ name: 'number', shape: [], values: Float32Array.of(0.5) }, floats('beta', 1, 4)],
    ],
    learned: ['flat', 'biases', 'slope', 'beta'],
  },
  {
    what: 'the bias of a single channel',
    input: [6],
    nodes: [
      operation('MatMul', 'p', ['x', 'column']),
      operation('AddV2', 'b', ['p', 'level']),
      operation('AddV2', 'y', ['b', 'number']),
    ],
    constants: [
      ...[floats('column', 6, 1), floats('level', 1)],
      { name: 'number', shape: [1], values: Float32Array.of(0.5) },
    ],
    learned: ['column', 'level'],
  },
  {
    what: 'a table that is looked up',
    input: [4],
    dtype: 'int32',
    nodes: [operation('GatherV2', 'y', ['table', 'x', 'axis'], { Tparams: { type: 'DT_FLOAT' } })],
    constants: [floats('table', 3, 2), { name: 'axis', shape: [], values: Int32Array.of(0) }],
    learned: ['table'],
  },
  {
    what: 'a kernel that is there twice, and learns as one',
    input: [3],
    nodes: [
      operation('MatMul', 'once', ['x', 'bank']),
      operation('Tanh', 'bent', ['once']),
      operation('MatMul', 'y', ['bent', 'again']),
    ],
    constants: [floats('bank', 3, 3), { ...floats('bank', 3, 3), name: 'again' }],
    learned: ['bank', 'again'],
    tied: { again: 'bank' },
  },
];

const studentOf = (live: LiveGraphModel, tied: Case['tied'] = {}) =>
  graphStudent(
    live,
    trainedOutputs(
      live,
      live.sources.map((source) => settleHead(source, 'none')),
      [],
    ),
    {
      learning: learningConstants(live, new Set()),
      normalizers: null,
      tied: new Map(Object.entries(tied)),
    },
  );

/** Values that no other is near to, so that none crosses a kink. */
function inputOf({ input = IMAGE, dtype = 'float32', batch = 2 }: Case): tf.Tensor {
  const shape = [batch, ...input];
  const size = shape.reduce((product, each) => product * each, 1);
  const values = Array.from({ length: size }, (_, i) => (dtype === 'int32' ? i % 3 : Math.sin(7 * i + 1)));
  return tf.tensor(values, shape, dtype);
}

const MOVE = 1e-2;
/** Elements of a constant whose gradient is checked. */
const CHECKED = 5;

const skipNative = await skipWithoutNative();

for (const engine of ['embedded', 'native'] as const) {
  describe(`a graph that learns on the ${engine} engine`, {
    skip: engine === 'native' && skipNative,
  }, () => {
    before(async () => void (await startEngine(engine)));

    it('an operation that nothing is learned through ends the way back, and it is told what is behind', async () => {
      const live = await liveGraph(
        [
          placeholder('x', [-1, 3]),
          operation('MatMul', 'p', ['x', 'front']),
          operation('Reshape', 'flat', ['p', 'all']),
          operation('Unique', 'u', ['flat'], { out_idx: { type: 'DT_INT32' } }),
          operation('MatMul', 'q', ['x', 'second']),
          operation('ArgMax', 'class', ['q', 'axis'], { output_type: { type: 'DT_INT32' } }),
          // A comparison that ends no way to a kernel.
          operation('Greater', 'mask', ['x', 'x']),
          operation('Cast', 'digits', ['q'], { SrcT: { type: 'DT_FLOAT' }, DstT: { type: 'DT_INT32' } }),
          operation('GatherV2', 'row', ['table', 'digits', 'zero']),
          operation('MatMul', 'y', ['x', 'beside']),
        ],
        [
          ...[floats('front', 3, 2), ints('all', -1), floats('beside', 3, 2), floats('second', 3, 2)],
          ...[floats('table', 9, 2), { name: 'axis', shape: [], values: Int32Array.of(1) }],
          { name: 'zero', shape: [], values: Int32Array.of(0) },
        ],
      );
      const { byName, unreached, endedAt, trained, run } = studentOf(live);
      assert.deepEqual([...unreached], ['front', 'second']);
      assert.deepEqual([...endedAt].sort(), ['ArgMax', 'Cast', 'Unique']);
      assert.deepEqual(
        trained(),
        ['table', 'beside'].map((name) => byName.get(name)),
      );
      const x = tf.fill([2, 3], 0.1);
      const sum = () =>
        run([x], 'training').outputs.reduce(
          (total, each) => tf.add(total, tf.sum(tf.cast(each, 'float32'))),
          tf.scalar(0),
        );
      // Stock tfjs takes a cast for no change, and refuses the gradient of the indices behind it.
      tf.dispose(Object.values(tf.variableGrads(sum as () => tf.Scalar, trained()).grads));
      live.dispose();
    });

    for (const each of CASES) {
      it(`${each.what}: gradients are finite differences`, async () => {
        const { input = IMAGE, dtype = 'float32', batch = -1, nodes, constants, learned } = each;
        const live = await liveGraph([placeholder('x', [batch, ...input], dtype), ...nodes], constants);
        const student = studentOf(live, each.tied);
        assert.deepEqual(new Set(student.byName.keys()), new Set(learned));
        const x = inputOf(each);
        const sum = () => {
          const [y] = student.run([x], 'training').outputs;
          const weights = Array.from({ length: y!.size }, (_, i) => 1 + Math.sin(3 * i));
          return tf.sum(tf.mul(y!, tf.tensor(weights, y!.shape))) as tf.Scalar;
        };
        const { grads } = tf.variableGrads(sum, student.trained());
        for (const [name, variable] of student.byName) {
          const gradient = grads[variable.name]!.dataSync();
          const values = variable.dataSync().slice();
          const step = Math.max(1, Math.floor(values.length / CHECKED));
          for (let at = 0; at < values.length; at += step) {
            const moved = (by: number) => {
              variable.assign(
                tf.tensor(
                  values.map((value, i) => (i === at ? value + by : value)),
                  variable.shape,
                ),
              );
              return sum().dataSync()[0]!;
            };
            const expected = (moved(MOVE) - moved(-MOVE)) / (2 * MOVE);
            const error = Math.abs(gradient[at]! - expected);
            assert.ok(
              error < 2e-2 * Math.max(1, Math.abs(expected)),
              `${name} ${at}: ${gradient[at]}, ${expected}`,
            );
          }
          variable.assign(tf.tensor(values, variable.shape));
        }
        live.dispose();
      });
    }
  });
}
