import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunControls } from '../../src/core/index.js';
import { tf } from '../../src/engine/index.js';
import { inputTensors } from '../../src/metrics/targets.js';
import { createProbe, type ProbeStatistics } from '../../src/mixed-precision/probe.js';
import { measureSensitivity } from '../../src/mixed-precision/sensitivity.js';
import { listWidths, type WidthChoices } from '../../src/mixed-precision/width-choices.js';
import { expandTensor } from '../../src/pack/index.js';
import type { Evaluation } from '../../src/session/evaluation.js';
import type { Samples } from '../../src/session/samples/samples.js';
import type { Session } from '../../src/session/session.js';
import { optionsOf } from '../options.js';
import { openDigits } from '../pipeline/digit-samples.js';
import { testDigits } from '../pipeline/digits.js';
import { answersOf, divergenceOf } from '../pipeline/stock-digits.js';

/** Samples of one batch, so that every one of them is measured on. */
const COUNT = 64;
let session: Session;
let samples: Samples;
let widths: WidthChoices;

before(async () => {
  const { opened, ...own } = await openDigits();
  session = own.session;
  const order = opened.training.order.slice(0, COUNT);
  samples = { ...opened, training: { ...opened.training, order } };
  widths = await listWidths(session.liveModel, optionsOf('analyze', { layer: { digit: 4 } }), samples);
});
after(async () => {
  await samples.close();
  session.liveModel.dispose();
});

const evaluation = (controls: RunControls = {}): Evaluation => ({
  ...session,
  samples,
  seed: 0,
  ...controls,
});

const answers = (replaced?: Readonly<Record<string, Float32Array>>) => answersOf(COUNT, replaced);

const roundedTo = (name: string, bits: number): Float32Array => {
  const { widths: choices } = widths.kernels.find(({ kernel }) => kernel.name === name)!;
  return expandTensor(choices.find((each) => each.bits === bits)!.rounded).values as Float32Array;
};

describe('measureSensitivity', () => {
  it('is the divergence of stock tfjs with that kernel alone rounded', async () => {
    const costs = await measureSensitivity(evaluation(), widths.kernels, { statistics: ['moving'] });
    const float = await answers();
    for (const { kernel, widths: choices } of widths.kernels.filter((each) => each.widths.length > 1)) {
      for (const { bits, rounded } of choices.filter((each) => each.bits < 4)) {
        const values = expandTensor(rounded).values as Float32Array;
        const expected = divergenceOf(float, await answers({ [kernel.name]: values }));
        const cost = costs.get(kernel.name)!.get(bits)!;
        assert.ok(
          Math.abs(cost - expected) < 1e-4 + 0.01 * expected,
          `${kernel.name} ${bits}: ${cost}, ${expected}`,
        );
      }
    }
  });

  it('costs less the more bits there are, and nothing where the user chose', async () => {
    const steps: number[] = [];
    const costs = await measureSensitivity(
      evaluation({
        onProgress: (event) => event.kind === 'measuring' && steps.push(event.done / event.total),
      }),
      widths.kernels,
      { statistics: ['batch'] },
    );
    for (const [name, byBits] of costs) {
      if (byBits.size > 1) assert.ok(byBits.get(2)! > byBits.get(8)!, name);
    }
    assert.deepEqual([...costs.get('digit/kernel')!], [[4, 0]]);
    assert.equal(steps.length, 4 * 6);
    assert.deepEqual(
      steps,
      [...steps].sort((a, b) => a - b),
    );
  });

  it('around another model it is the mean of the error with either sign, less what is lost there already', async () => {
    const { liveModel } = session;
    const [stem, residual] = ['stem/kernel', 'residual/kernel'];
    const trained = liveModel.loaded.weights.map((weight) =>
      weight.name === residual ? { ...weight, values: roundedTo(residual, 2) } : weight,
    );
    const point = { statistics: ['moving'], weights: trained } as const;
    const tensors = tf.memory().numTensors;
    const costs = await measureSensitivity(evaluation(), widths.kernels, point);
    assert.equal(tf.memory().numTensors, tensors);

    const float = await answers();
    const own = liveModel.loaded.weights.find(({ name }) => name === stem)!.values;
    const rounded = roundedTo(stem, 2);
    const withError = async (sign: number) => {
      const values = Float32Array.from(own, (value, index) => value + sign * (rounded[index]! - value));
      return divergenceOf(float, await answers({ [stem]: values, [residual]: roundedTo(residual, 2) }));
    };
    const base = divergenceOf(float, await answers({ [residual]: roundedTo(residual, 2) }));
    const expected = ((await withError(1)) + (await withError(-1))) / 2 - base;
    const cost = costs.get(stem)!.get(2)!;
    assert.ok(Math.abs(cost - expected) < 1e-4 + 0.01 * expected, `${cost}, ${expected}`);
  });

  it('by both statistics it is the geometric mean of the two', async () => {
    const [kernel] = widths.kernels;
    const costOf = async (...statistics: ProbeStatistics[]) => {
      const costs = await measureSensitivity(evaluation(), [kernel!], { statistics });
      return costs.get(kernel!.kernel.name)!.get(2)!;
    };
    const [moving, batch] = [await costOf('moving'), await costOf('batch')];
    assert.ok(Math.abs((await costOf('moving', 'batch')) ** 2 / (moving * batch) - 1) < 1e-6);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const run = measureSensitivity(
      evaluation({ signal: controller.signal, onProgress: () => controller.abort() }),
      widths.kernels,
      { statistics: ['moving'] },
    );
    await assert.rejects(run, { code: 'aborted' });
  });
});

describe('createProbe', () => {
  for (const [statistics, harmless] of [
    ['batch', true],
    ['moving', false],
  ] as const) {
    it(`a kernel twice as large is ${harmless ? 'made good by' : 'too much for'} BatchNorm on ${statistics} statistics`, async () => {
      const probe = await createProbe(evaluation(), statistics);
      const inputs = [{ shape: [8, 8, 1], dtype: 'float32' as const }];
      const { pixels } = await testDigits();
      const batch = inputTensors({ inputs: [pixels.slice(0, COUNT * 64)], size: COUNT }, { inputs });
      const answers = await probe.divergence.logits(batch);
      const { kernel } = widths.kernels.find(({ kernel: { name } }) => name === 'residual/kernel')!;
      probe.replace({ ...kernel, values: Float32Array.from(kernel.values, (value) => 2 * value) });
      const divergence = await probe.divergence.from(answers, batch);
      assert.ok(harmless ? divergence < 1e-3 : divergence > 0.01, `${divergence}`);
      probe.replace(kernel);
      assert.ok((await probe.divergence.from(answers, batch)) < 1e-5);
      tf.dispose([...batch, ...answers]);
      probe.dispose();
    });
  }
});
