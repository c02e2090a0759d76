import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { exportModel } from '../../src/index.js';
import { readModel, toGraphModel } from '../../src/model/index.js';
import { openModel } from '../../src/session/index.js';
import { floats } from '../compression/live-graph.js';
import { compress } from '../validated.js';
import { withFolder } from './digits.js';
import { operation, placeholder, saveGraphModel } from './graph-folder.js';
import { saveModel } from './saved-model.js';

const WIDTH = 6;
/** As many rows as the samples that a graph is tried out on. */
const ANCHORS = 2;
const OUTPUTS = ['y', 'anchors', 'kernel', 'x'];

const save = (folder: string) =>
  saveGraphModel(
    folder,
    [placeholder('x', [-1, WIDTH]), operation('MatMul', 'y', ['x', 'kernel'])],
    [floats('kernel', WIDTH, 3), floats('anchors', ANCHORS, 4)],
    { signature: { outputs: Object.fromEntries(OUTPUTS.map((name) => [name, { name: `${name}:0` }])) } },
  );

const inputOf = (samples: number) => tf.randomNormal([samples, WIDTH], 0, 1, 'float32', 7);

/** What stock tfjs makes of a sample: each output by its name. */
async function stock(folder: string, x: tf.Tensor): Promise<Map<string, number[]>> {
  const model = await toGraphModel(await readModel(folder));
  const made = model.execute({ x }, OUTPUTS) as tf.Tensor[];
  return new Map(OUTPUTS.map((name, index) => [name, [...made[index]!.dataSync()]]));
}

describe('a model among whose outputs are constants or its own input', () => {
  before(async () => void (await startEngine('embedded')));

  it('runs again and again, and gives each sample what stock tfjs gives it', () =>
    withFolder(async (folder) => {
      const live = await openModel(await readModel(await save(folder)));
      const x = inputOf(3);
      const names = live.outputs.map(({ name }) => name);
      for (let round = 0; round < 2; round++) {
        const outputs = await live.predict([x]);
        for (const [sample, row] of tf.split(x, 3).entries()) {
          const expected = await stock(folder, row);
          for (const [index, name] of names.entries())
            assert.deepEqual([...tf.slice(outputs[index]!, sample, 1).dataSync()], expected.get(name), name);
        }
        tf.dispose(outputs);
      }
    }));

  it('is trained, and written for stock tfjs', () =>
    withFolder(async (folder) => {
      const model = await save(folder);
      const x = inputOf(24);
      const data = { xs: x.dataSync<'float32'>() };
      const job = { model, data, bits: 4, epochs: 2, engine: 'embedded', force: true } as const;
      const { report, files } = await compress({ ...job, output: join(folder, 'out') });
      assert.deepEqual(report.metric!.outputs.map(({ output }) => output).sort(), [...OUTPUTS].sort());
      for (const { output, after } of report.metric!.outputs)
        if (output === 'anchors' || output === 'x') assert.equal(after, 1, output);
        else assert.ok(after > 0.9, `${output}: ${after}`);
      const to = join(folder, 'tfjs');
      await exportModel({ model: files[0]!, to: 'tfjs', output: to });
      const row = tf.slice(x, 0, 1);
      const [before, after] = [await stock(model, row), await stock(to, row)];
      for (const name of ['anchors', 'x']) assert.deepEqual(after.get(name), before.get(name), name);
      for (const [index, value] of after.get('kernel')!.entries())
        assert.ok(Math.abs(value - before.get('kernel')![index]!) < 0.2);
    }));

  it('of layers keeps its input', () =>
    withFolder(async (folder) => {
      const input = tf.input({ shape: [WIDTH] });
      const kept = tf.layers.dropout({ rate: 0.5 }).apply(input) as tf.SymbolicTensor;
      const whole = tf.model({
        inputs: input,
        outputs: [kept, tf.layers.dense({ units: 2 }).apply(kept) as tf.SymbolicTensor],
      });
      const live = await openModel(await readModel(await saveModel(whole, folder)));
      const x = inputOf(3);
      const [first, second] = [await live.predict([x]), await live.predict([x])];
      tf.dispose(first);
      assert.deepEqual([...second[0]!.dataSync()], [...x.dataSync()]);
    }));
});
