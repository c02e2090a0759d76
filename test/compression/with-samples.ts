import { tf } from '../../src/engine/index.js';
import { openSession, type Samples, type Session } from '../../src/session/index.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';

/** Opens a model of one dense layer without biases, and arrays as its data, a part of which is held out. */
export async function withSamples<Result>(
  { kernel, activation }: { readonly kernel: tf.Tensor2D; readonly activation: 'linear' | 'softmax' },
  arrays: Parameters<typeof saveArrays>[0],
  use: (session: Session, samples: Samples) => Promise<Result>,
): Promise<Result> {
  return withFolder(async (folder) => {
    const [inputs, units] = kernel.shape;
    const dense = tf.layers.dense({ units, activation, useBias: false, inputShape: [inputs] });
    const model = tf.sequential({ layers: [dense] });
    model.setWeights([kernel]);
    const file = await saveModel(model, folder);
    model.dispose();
    const data = await saveArrays(arrays, folder);
    const session = await openSession({ model: file, require: [], engine: 'embedded' }, () => {});
    const samples = await openSamples(session, {
      ...{ data, purpose: 'train', seed: 0, synthesis: { worth: 'noise' } },
      onProgress: () => {},
    });
    try {
      return await use(session, samples);
    } finally {
      await samples.close();
      session.liveModel.dispose();
    }
  });
}
