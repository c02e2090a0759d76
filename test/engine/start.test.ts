import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { QgtError } from '../../src/core/index.js';
import { type Engine, startEngine, tf } from '../../src/engine/index.js';
import { compiled } from '../compiled.js';
import { skipWithoutNative } from './native-available.js';

/** What the scripts below import. */
const ENGINES = pathToFileURL(compiled('src/engine/index.ts'));

const skip = await skipWithoutNative();

const notInstalled = () => {
  throw Object.assign(new Error("Cannot find module '@tensorflow/tfjs-node'\nRequire stack: ..."), {
    code: 'MODULE_NOT_FOUND',
  });
};
const broken = () => {
  throw new Error('libtensorflow.so.2: cannot open shared object file\nmore lines');
};

function assertComputes(): void {
  const product = tf.tidy(() => tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0]);
  assert.equal(product, 11);
}

/** A script's terminal output, run in a process of its own. */
function outputOf(
  script: string,
  variables: NodeJS.ProcessEnv = {},
): { stdout: string; stderr: string; status: number | null } {
  const env = { ...process.env, QGT_LOG: '', TF_CPP_MIN_LOG_LEVEL: undefined, ...variables };
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env,
  });
}

describe('startEngine', () => {
  it('embedded never loads tfjs-node', async () => {
    const engine = await startEngine('embedded', {
      loadNative: () => assert.fail('tfjs-node was loaded'),
    });
    assert.equal(engine.name, 'embedded');
    assert.equal(engine.backend, 'wasm');
    assert.match(engine.version, /^4\./);
    assert.equal(engine.fallbackReason, undefined);
    assertComputes();
  });

  it('auto falls back to embedded and says why in one line', async () => {
    const missing = await startEngine('auto', { loadNative: notInstalled });
    assert.equal(missing.name, 'embedded');
    assert.match(missing.fallbackReason!, /tfjs-node is not installed.*run `qgt setup`/);
    const failing = await startEngine('auto', { loadNative: broken });
    assert.match(failing.fallbackReason!, /libtensorflow\.so\.2: cannot open.*run `qgt setup`/);
    assert.ok(!failing.fallbackReason!.includes('\n'));
    assertComputes();
  });

  it('native says why it does not work and what to do, and leaves the engine in use', async () => {
    await startEngine('embedded');
    await assert.rejects(startEngine('native', { loadNative: broken }), (error) => {
      assert.ok(error instanceof QgtError);
      assert.equal(error.code, 'engine');
      assert.match(
        error.message,
        /^native engine: .*cannot open shared object file; run `qgt setup`, or use --engine embedded/,
      );
      return true;
    });
    assert.equal(tf.getBackend(), 'wasm');
    assertComputes();
  });

  it('lets a process start twice and switch engines', { skip }, async () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    for (const choice of ['embedded', 'native', 'native', 'auto', 'embedded', 'embedded'] as const) {
      const engine = await startEngine(choice);
      assert.equal(engine.name, choice === 'auto' ? 'native' : choice);
      assert.equal(tf.getBackend(), engine.backend);
      variable.assign(tf.tidy(() => tf.add(variable, 1)));
      assertComputes();
    }
    assert.deepEqual([...variable.dataSync()], [7, 8]);
  });

  for (const choice of ['embedded', 'native'] as const) {
    it(`${choice} prints nothing`, { skip: choice === 'native' ? skip : false }, () => {
      const { stdout, stderr, status } = outputOf(`
        import { startEngine, tf } from '${ENGINES}';
        await startEngine('${choice}');
        tf.einsum('ab,bc->ac', tf.ones([2, 2]), tf.ones([2, 2])).dataSync();
      `);
      assert.deepEqual({ stdout, stderr, status }, { stdout: '', stderr: '', status: 0 });
    });
  }

  it('native works where Node has lost the functions that tfjs-node calls (23 and later)', { skip }, () => {
    const { stdout, status } = outputOf(`
      import util from 'node:util';
      delete util.isNullOrUndefined;
      delete util.isArray;
      const { startEngine, tf } = await import('${ENGINES}');
      await startEngine('native');
      console.log(tf.tensor([1, 2], [2], 'int32').dataSync().join(), tf.topk(tf.tensor1d([1, 3, 2])).values.dataSync()[0]);
    `);
    assert.deepEqual({ stdout, status }, { stdout: '1,2 3\n', status: 0 });
  });

  for (const [what, variable, expected] of [
    ['takes the oneDNN kernels of TensorFlow, AVX-512 or not', undefined, true],
    ['leaves them where the environment says so', '0', false],
  ] as const) {
    const elsewhere = process.arch !== 'x64' && 'only TensorFlow for x86-64 has oneDNN kernels';
    it(`native ${what}`, { skip: skip || elsewhere }, () => {
      const { stderr } = outputOf(
        `
        const { startEngine } = await import('${ENGINES}');
        await startEngine('native');
      `,
        { QGT_LOG: 'debug', TF_ENABLE_ONEDNN_OPTS: variable },
      );
      assert.equal(/oneDNN custom operations are on/.test(stderr), expected, stderr);
    });
  }

  it("leaves the process's handling of uncaught errors alone", async () => {
    await startEngine('embedded');
    const { stdout, status } = outputOf(`
      import { startEngine } from '${ENGINES}';
      await startEngine('embedded');
      console.log(process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection'));
    `);
    assert.deepEqual({ stdout, status }, { stdout: '0 0\n', status: 0 });
  });
});

describe('compileStep', () => {
  const engines: ['embedded' | 'native', string | false][] = [
    ['embedded', false],
    ['native', skip],
  ];
  for (const [choice, skipped] of engines) {
    it(`runs a step any number of times and leaves nothing but its outputs, ${choice}`, {
      skip: skipped,
    }, async () => {
      const engine: Engine = await startEngine(choice);
      const weight = tf.variable(tf.tensor1d([1, 1]));
      const step = engine.compileStep(
        ([x, rate]) => {
          const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(weight, x!)), [weight]);
          weight.assign(tf.sub(weight, tf.mul(grads[weight.name]!, rate!)));
          return [value, tf.mul(weight, 2)];
        },
        [weight],
      );
      const inputs = [tf.tensor1d([1, 2]), tf.scalar(0.5)];
      const before = tf.memory().numTensors;
      const losses = [3, 0.5, -2].map((expected) => {
        const [loss, doubled] = step.run(inputs);
        assert.equal(tf.memory().numTensors, before + 2);
        assert.equal(loss!.dataSync()[0], expected);
        tf.dispose([loss!, doubled!]);
        return expected;
      });
      assert.equal(losses.length, 3);
      assert.deepEqual([...weight.dataSync()], [-0.5, -2]);
    });
  }
});

describe('chained methods', () => {
  it('build every recurrent layer, whose orthogonal initialiser calls them', async () => {
    await startEngine('embedded');
    const kernel = tf.initializers.orthogonal({}).apply([3, 3]);
    const product = tf.matMul(kernel as tf.Tensor2D, kernel as tf.Tensor2D, true).dataSync();
    product.forEach((value, i) => {
      assert.ok(Math.abs(value - (i % 4 === 0 ? 1 : 0)) < 1e-5);
    });
  });
});
