import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { tf } from '../../src/engine/index.js';
import { inputsInMemory } from '../../src/session/samples/in-memory.js';
import { floats, ints, liveGraph } from '../compression/live-graph.js';
import { startCpu } from '../cpu-engine.js';
import { operation, placeholder } from '../pipeline/graph-folder.js';

before(async () => void (await startCpu()));

/** What two products and what follows them make of a sample: 6, 6 and 2 numbers; a reshape makes none. */
const VALUES = 6 + 6 + 2;

for (const batch of [-1, 1, 3]) {
  it(`a step of a graph takes as many inputs as fit into memory, batches of ${batch < 0 ? 'any size' : batch}`, async () => {
    const live = await liveGraph(
      [
        placeholder('x', [batch, 4]),
        operation('MatMul', 'first', ['x', 'a']),
        operation('Relu', 'active', ['first']),
        operation('Reshape', 'same', ['active', 'sizes']),
        operation('MatMul', 'y', ['same', 'b']),
      ],
      [floats('a', 4, 6), floats('b', 6, 2), ints('sizes', -1, 6)],
      batch < 2
        ? {}
        : {
            signature: {
              outputs: { y: { name: 'y:0', tensorShape: { dim: [{ size: '3' }, { size: '2' }] } } },
            },
          },
    );
    const tensors = tf.memory().numTensors;
    assert.equal(live.batch, batch < 0 ? null : batch);
    assert.deepEqual(live.work, { values: VALUES, multiplications: 4 * 6 + 6 * 2 });
    assert.deepEqual(
      live.outputs[0]!.shape,
      [2],
      'an output that declares no shape has that which it is made in',
    );
    assert.equal(inputsInMemory(live, [[4]], 'native'), Math.floor(2 ** 29 / VALUES));
    assert.equal(inputsInMemory(live, [[8]], 'embedded'), Math.floor(2 ** 27 / (2 * VALUES)));
    assert.equal(tf.memory().numTensors, tensors);
    live.dispose();
  });
}
