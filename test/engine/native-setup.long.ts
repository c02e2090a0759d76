import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type SetUpResult, setUpNative } from '../../src/engine/index.js';

/** Downloads 207 MB and builds: where QGT_REQUIRE_NATIVE=1 says that this machine can. */
const skip = process.env.QGT_REQUIRE_NATIVE === '1' ? false : 'QGT_REQUIRE_NATIVE is not 1';

describe('qgt setup, for real', { skip }, () => {
  let prefix = '';
  let result: SetUpResult;
  before(async () => {
    prefix = await mkdtemp(join(tmpdir(), 'qgt-engine-'));
    result = await setUpNative({ prefix, force: false, onStep: () => {} });
  });
  after(() => rm(prefix, { recursive: true, force: true }));

  it('makes an engine that another process finds, whose tensors are those of the project', () => {
    const script = `
      import { startEngine, tf } from '${new URL('../../src/engine/index.ts', import.meta.url)}';
      const engine = await startEngine('native');
      const model = tf.sequential({ layers: [tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [8, 8, 1] }), tf.layers.flatten(), tf.layers.dense({ units: 1 })] });
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      await model.fit(tf.ones([4, 8, 8, 1]), tf.ones([4, 1]), { epochs: 2, verbose: 0 });
      console.log(engine.name, model.predict(tf.ones([1, 8, 8, 1])) instanceof tf.Tensor);`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      { encoding: 'utf8', env: { ...process.env, QGT_NATIVE: result.folder } },
    );
    assert.equal(stdout, 'native true\n', stderr);
    assert.equal(stderr, '', 'TensorFlow says nothing unless it is asked');
  });

  it('is found to be there the second time', async () => {
    const again = await setUpNative({ prefix, force: false, onStep: () => {} });
    assert.equal(again.source, 'already there');
  });
});
