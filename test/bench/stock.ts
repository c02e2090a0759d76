import { tf } from '../../src/engine/index.js';
import { loadTfjsNode } from '../../src/engine/native/tfjs-node.js';
import { inputTensors, targetTensors } from '../../src/metrics/targets.js';
import { readModel, toLayersModel } from '../../src/model/index.js';
import type { CreateContestant } from './contestant.js';
import { versionsOf } from './own-trainee.js';

const LEARNING_RATE = 0.002;

/** tfjs-node as its users train with it: `model.trainOnBatch` in float, eager, Adam, and `model.predict`. */
export const createStock: CreateContestant = async (path, batches) => {
  loadTfjsNode();
  await tf.setBackend('tensorflow');
  const loaded = await readModel(path);
  const model = await toLayersModel({ ...loaded, topology: withoutPenalties(loaded.topology) });
  model.compile({ optimizer: tf.train.adam(LEARNING_RATE), loss: 'categoricalCrossentropy' });
  const [{ shape }] = [model.inputs[0]!];
  const inputs = [{ shape: shape.slice(1) as number[], dtype: 'float32' as const }];
  const outputs = [{ shape: model.outputs[0]!.shape.slice(1) as number[], kind: 'softmax' as const }];
  const ready = batches.map((batch) => ({
    xs: inputTensors(batch, { inputs }),
    ys: targetTensors(batch.labels!, batch.size, outputs),
  }));
  return {
    parameters: model.countParams(),
    versions: versionsOf(),
    step: async (batch) => {
      const { xs, ys } = ready[batch]!;
      return (await model.trainOnBatch(xs, ys)) as number;
    },
    pass: async (images) => {
      for (const batch of images) {
        const xs = inputTensors(batch, { inputs });
        const answer = model.predict(xs, { batchSize: batch.size }) as tf.Tensor;
        await answer.data();
        tf.dispose([...xs, answer]);
      }
    },
    caveat: () => null,
  };
};

/** Without L2 terms, which no other candidate has. */
function withoutPenalties<Topology>(topology: Topology): Topology {
  return JSON.parse(
    JSON.stringify(topology, (key, value) => (key.endsWith('_regularizer') ? null : value)),
  ) as Topology;
}
