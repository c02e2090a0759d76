import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type AnalysisRules, analyzeLayers, type LayerAnalysis } from '../../src/analysis/layer-analysis.js';
import { byCost, measurePath, type RecoveryPath } from '../../src/analysis/path.js';
import { finalWeights } from '../../src/compression/file/final-weights.js';
import { floatWeights, planModel } from '../../src/compression/file/packing.js';
import { roundWeights } from '../../src/compression/file/rounding.js';
import { channelLayout, type ProgressEvent } from '../../src/core/index.js';
import { tf } from '../../src/engine/index.js';
import { type Bits, dequantize, quantizers } from '../../src/quantize/index.js';
import type { Samples } from '../../src/session/samples/samples.js';
import type { Session } from '../../src/session/session.js';
import { optionsOf } from '../options.js';
import { openDigits } from '../pipeline/digit-samples.js';
import { testDigits } from '../pipeline/digits.js';
import { answersOf, divergenceOf, LEAST, stockScore } from '../pipeline/stock-digits.js';

const COUNT = 60;
const AXES: Readonly<Record<string, readonly number[]>> = {
  'stem/kernel': [3],
  'depthwise/depthwise_kernel': [2, 3],
  'pointwise/kernel': [3],
  'residual/kernel': [3],
  'digit/kernel': [1],
};
const NAMES = Object.keys(AXES);
const rules: AnalysisRules = optionsOf('analyze', { bitWidths: [2, 3], uniform: true });
let session: Session;
let samples: Samples;
let analysis: LayerAnalysis;
let recovery: RecoveryPath;
const events: string[] = [];

before(async () => {
  const { opened, ...own } = await openDigits();
  session = own.session;
  const order = opened.evaluation.order.slice(0, COUNT);
  samples = { ...opened, evaluation: { ...opened.evaluation, order } };
  const { liveModel } = session;
  const plan = planModel(liveModel, { ...rules, bits: 3 });
  const rounded = roundWeights(floatWeights(liveModel), plan);
  const tensors = tf.memory().numTensors;
  const evaluation = {
    ...session,
    samples,
    seed: 0,
    onProgress: (event: ProgressEvent) => void (event.kind === 'note' && events.push(event.text)),
  };
  const weights = finalWeights(liveModel, rounded);
  const found = await analyzeLayers(evaluation, weights, rules);
  assert.ok(found !== null);
  analysis = found;
  recovery = await measurePath({ ...evaluation, limit: COUNT }, { weights }, found);
  assert.equal(tf.memory().numTensors, tensors);
});
after(async () => {
  await samples.close();
  session.liveModel.dispose();
});

/** Some kernels rounded, by the quantizer alone. */
function rounded(names: readonly string[], bits: Bits): Record<string, Float32Array> {
  const uniform = quantizers.find(({ name }) => name === 'uniform')!;
  return Object.fromEntries(
    names.map((name) => {
      const { values, shape } = session.liveModel.loaded.weights.find((weight) => weight.name === name)!;
      const layout = channelLayout(shape, AXES[name]!);
      const weights = values as Float32Array;
      return [name, dequantize(uniform.encode!(weights, uniform.fit(weights, layout, bits), layout))];
    }),
  );
}

/** Loss by stock tfjs with some kernels at 3 bits. */
const lossWith = async (names: readonly string[]): Promise<number> =>
  (await stockScore(await answersOf(COUNT, rounded(names, 3)))).loss;

const close = (actual: number, expected: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) <= 1e-4 + 0.005 * Math.abs(expected),
    `${what}: ${actual}, ${expected}`,
  );

describe('analyzeLayers', () => {
  for (const [at, bits] of rules.bitWidths.entries()) {
    it(`${bits} bits: alone and all but one are what stock tfjs makes of such weights`, async () => {
      const float = await answersOf(COUNT);
      for (const name of NAMES) {
        const { alone, allBut } = analysis.layers.get(name)!.sensitivity[at]!;
        const others = NAMES.filter((other) => other !== name);
        for (const [score, replaced] of [
          [alone, rounded([name], bits)],
          [allBut, rounded(others, bits)],
        ] as const) {
          const answers = await answersOf(COUNT, replaced);
          const { accuracy, loss } = await stockScore(answers);
          assert.equal(score.metric, accuracy, name);
          close(score.loss, loss, `${name} loss`);
          close(score.divergence, divergenceOf(float, answers, LEAST), `${name} divergence`);
        }
      }
    });
  }

  it('the gain of float, and its standard error, are those of the decisions counted one by one', async () => {
    const { labels } = await testDigits();
    const decisions = (answers: Float32Array) =>
      Array.from({ length: COUNT }, (_, row) => {
        const own = answers.slice(10 * row, 10 * row + 10);
        return own.indexOf(Math.max(...own)) === labels[row] ? 1 : 0;
      });
    const packed = decisions(await answersOf(COUNT, rounded(NAMES, 3)));
    for (const name of NAMES) {
      const without = decisions(
        await answersOf(
          COUNT,
          rounded(
            NAMES.filter((each) => each !== name),
            3,
          ),
        ),
      );
      const better = without.filter((right, index) => right > packed[index]!).length;
      const worse = without.filter((right, index) => right < packed[index]!).length;
      const mean = (better - worse) / COUNT;
      const variance = ((better + worse) / COUNT - mean ** 2) * (COUNT / (COUNT - 1));
      const { points, error } = analysis.layers.get(name)!.inFloat;
      close(points, 100 * mean, `${name} points`);
      close(error!, 100 * Math.sqrt(variance / COUNT), `${name} error`);
    }
  });

  it('a cost is the mean of what a kernel costs the float model and gives the packed one back', async () => {
    const [float, packed] = await Promise.all([lossWith([]), lossWith(NAMES)]);
    for (const name of NAMES) {
      const alone = (await lossWith([name])) - float;
      const inFloat = packed - (await lossWith(NAMES.filter((each) => each !== name)));
      const found = analysis.layers.get(name)!;
      close(found.alone.loss, alone, `${name} alone`);
      close(found.inFloat.loss, inFloat, `${name} in float`);
      close(found.cost.loss, (alone + inFloat) / 2, `${name} cost`);
    }
  });

  it('the path goes from the packed model to the float one by the ranks, and its steps add up to all of it', async () => {
    const order = byCost(analysis.layers);
    const costs = order.map((name) => analysis.layers.get(name)!.cost.divergence);
    assert.deepEqual(
      costs,
      costs.toSorted((a, b) => b - a),
    );
    for (const [at, { name, score }] of recovery.path.entries()) {
      assert.equal(name, order[at]);
      close(score.loss, await lossWith(order.slice(at + 1)), `${name} and those before it in float`);
    }
    const whole = [...recovery.steps.values()].reduce((sum, { loss }) => sum + loss, 0);
    close(whole, (await lossWith(NAMES)) - (await lossWith([])), 'all steps');
  });

  it('says beforehand how long it takes', () =>
    assert.match(
      events[0]!,
      /^5 layers at 2, 3 bits, each by itself, on 60 samples, then remedies and advice: about \d/,
    ));
});
