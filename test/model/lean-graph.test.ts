import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { leanGraph, withConstantAttributes } from '../../src/model/index.js';
import { packModel } from '../../src/pack/index.js';
import { fromQgt } from '../../src/runtime/index.js';
import { startCpu } from '../cpu-engine.js';
import { graphSample } from '../runtime/sample-models.js';
import * as tf from '../tf.js';

before(startCpu);

const { packed } = graphSample({ bits: 4, quantizer: 'integer', granularity: 'perTensor' });
const topology = packed.topology as Readonly<Record<string, unknown>>;
const constants = packed.tensors.map(({ name, shape }) => ({ name, shape, dtype: 'float32' as const }));
const lean = leanGraph(topology, constants);

describe('a lean graph', () => {
  it('says of constants that are among the weights what these do not, and comes back whole', () => {
    assert.doesNotMatch(JSON.stringify(lean), /tensorShape/);
    assert.deepEqual(withConstantAttributes(lean, constants), topology);
  });

  it('is the same to stock tfjs', async () => {
    const x = tf.tensor2d([1, 2, 3, -4, 0.5, 0.25], [2, 3]);
    const [one, other] = await Promise.all(
      [topology, lean].map(async (each) => {
        const { bytes } = await packModel({ ...packed, topology: each });
        return ((await tf.loadGraphModel(fromQgt(bytes))).predict(x) as tf.Tensor).dataSync();
      }),
    );
    assert.deepEqual(one, other);
  });

  it('has attributes in one order, in functions too', () => {
    const reduce = (attr: object) => ({ name: 'r', op: 'Sum', input: ['x'], attr });
    const graph = (attr: object) => ({
      node: [reduce(attr)],
      library: { function: [{ signature: { name: 'f' }, nodeDef: [reduce(attr)] }] },
    });
    const [one, other] = [
      graph({ keep_dims: { b: true }, T: { list: { type: [1], s: ['b', 'a'] } } }),
      graph({ T: { list: { s: ['b', 'a'], type: [1] } }, keep_dims: { b: true } }),
    ];
    assert.deepEqual(leanGraph(one, []), one);
    assert.equal(JSON.stringify(leanGraph(one, [])), JSON.stringify(leanGraph(other, [])));
  });

  it('keeps what the weights say otherwise, constants that are no weights, and what is no graph', () => {
    const wide = { name: 'w', op: 'Const', attr: { dtype: { type: 'DT_INT64' } } };
    const other = { name: 'v', op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } };
    for (const odd of [{ node: [wide, other, null, 3], library: { function: [null, {}] } }, { node: 3 }]) {
      assert.deepEqual(leanGraph(odd, constants), odd);
      assert.deepEqual(withConstantAttributes(odd, constants), odd);
    }
  });
});
