import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Checkpoints, createRandom, RunClock } from '../../src/core/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { chooseAugmentations } from '../../src/session/samples/augmenting.js';
import { confidenceOf } from '../../src/session/samples/confidence.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import { iterateBatches, resolvedInputs } from '../../src/session/samples/samples.js';
import { openSession } from '../../src/session/session.js';
import { withFolder } from '../pipeline/digits.js';
import { saveArrays, saveModel } from '../pipeline/saved-model.js';

const SIDE = 16;
const COUNT = 400;

type Activation = 'softmax' | 'sigmoid' | 'linear';

/** Pictures without labels, bright on the left, and a model that looks at them. */
async function withUnlabelled(
  layers: () => tf.layers.Layer[],
  use: (opened: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const opened = await open(layers(), folder);
    await use(opened);
    await opened.samples.close();
    opened.session.liveModel.dispose();
  });
}

async function open(layers: tf.layers.Layer[], folder: string) {
  const model = tf.sequential({ layers });
  const file = await saveModel(model, folder);
  const random = createRandom(3);
  const values = Float32Array.from({ length: COUNT * SIDE * SIDE }, (_, index) => {
    const isLeft = index % SIDE < SIDE / 2;
    return isLeft ? 1 : random.next() / 4;
  });
  const data = await saveArrays({ x: { values, shape: [COUNT, SIDE, SIDE, 1] } }, folder);
  const session = await openSession({ model: file, require: [], engine: 'embedded' }, () => {});
  const samples = await openSamples(session, {
    data,
    purpose: 'train',
    inputRange: { '*': 'as-is' },
    seed: 0,
    synthesis: { worth: 'noise' },
    onProgress: () => {},
  });
  return { model, session, samples };
}

/** Sure of one class where the left half is bright, of nothing where it is dark. */
const sides = () => {
  const kernel = Array.from({ length: SIDE * SIDE }, (_, index) =>
    index % SIDE < SIDE / 2 ? [1 / 32, 0] : [0, 0],
  );
  return [
    tf.layers.flatten({ inputShape: [SIDE, SIDE, 1] }),
    tf.layers.dense({
      units: 2,
      activation: 'softmax',
      weights: [tf.tensor2d(kernel), tf.tensor1d([0, 0])],
    }),
  ];
};

/** Sees no place at all. */
const brightness =
  (activation: Activation, units = 2) =>
  () => [
    tf.layers.globalAveragePooling2d({
      inputShape: [SIDE, SIDE, 1],
      dataFormat: 'channelsLast',
    }) as tf.layers.Layer,
    tf.layers.dense({ units, activation }),
  ];

/** A checkpoint that keeps one state as a file does. */
function keptInMemory(): Checkpoints {
  let kept: unknown;
  return {
    next: () => ({
      load: async () => structuredClone(kept),
      isDue: () => true,
      save: async (state) => {
        kept = structuredClone(state);
      },
    }),
  };
}

describe('augmentation without labels', () => {
  before(async () => void (await startEngine('embedded')));

  const cases: [string, () => tf.layers.Layer[], string[], boolean][] = [
    ['mirrors where the model sees no sides', brightness('softmax'), ['flip'], true],
    ['does not where the model is less sure then', sides, [], true],
    ['leaves images of a model alone that decides nothing', brightness('linear'), [], false],
  ];
  for (const [what, layers, chosen, isAsked] of cases) {
    it(what, () =>
      withUnlabelled(layers, async ({ session, samples }) => {
        const { augmentations, notes } = await chooseAugmentations(
          { liveModel: session.liveModel, samples, seed: 0 },
          'auto',
        );
        const names = augmentations.map(({ name }) => name);
        assert.deepEqual(
          names.filter((name) => name === 'flip'),
          chosen,
        );
        const isTold = notes.some((note) => note.includes('how sure the float model is'));
        assert.equal(isTold, isAsked);
      }),
    );
  }

  it('is what an interrupted run had chosen, whatever time is left', () =>
    withUnlabelled(brightness('softmax'), async ({ session, samples }) => {
      const choose = async (checkpoints: Checkpoints, maxMs?: number) => {
        const clock = new RunClock({ startedAt: 0, maxMs });
        clock.sampleMs = 1;
        const evaluation = { liveModel: session.liveModel, samples, seed: 0, clock, checkpoints };
        const { augmentations, notes } = await chooseAugmentations(evaluation, 'auto');
        return { names: augmentations.map(({ name }) => name), notes: [...notes, ...clock.notes] };
      };
      const [inTime, late] = [keptInMemory(), keptInMemory()];
      const chosen = await choose(inTime);
      assert.ok(chosen.names.includes('flip'));
      assert.deepEqual(await choose(inTime, 1), chosen);
      const leftOut = await choose(late, 1);
      assert.deepEqual(leftOut.names, []);
      assert.match(leftOut.notes.join(), /left no time for it: the choice of augmentations/);
      assert.deepEqual(await choose(late), leftOut);
    }));

  for (const [activation, units] of [
    ['softmax', 3],
    ['sigmoid', 1],
  ] as const) {
    it(`how sure a ${activation} is, by every sample's own probabilities`, () =>
      withUnlabelled(brightness(activation, units), async ({ model, session, samples }) => {
        const { liveModel } = session;
        const { training, ranges } = samples;
        const inputs = resolvedInputs(liveModel, training);
        const pass = iterateBatches(training, ranges, 64, { shuffle: createRandom(0) });
        const got = await confidenceOf(liveModel.predict, pass, inputs, samples.heads);
        const rows = await training.dataset.inputs[0]!.read(training.order);
        const xs = tf.tensor(Float32Array.from(rows), [training.order.length, SIDE, SIDE, 1]);
        const answers = (model.predict(xs) as tf.Tensor2D).arraySync();
        const each = answers.map((row) =>
          activation === 'softmax' ? Math.max(...row) : Math.max(row[0]!, 1 - row[0]!),
        );
        const expected = each.reduce((sum, value) => sum + value) / each.length;
        assert.ok(Math.abs(got! - expected) < 1e-5, `${got}, expected ${expected}`);
        xs.dispose();
      }));
  }
});
