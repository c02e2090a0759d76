import assert from 'node:assert/strict';
import { it } from 'node:test';
import { causesOf } from '../../src/analysis/causes.js';
import { sampleReport } from '../report/sample-report.js';

const { layers, training } = sampleReport;
const trace = training!.trace;
const quiet = { loss: { before: 0.1, after: 0.3 }, outputSqnrDb: null };

it('putting weights on their grid is a cause where it makes a tenth of the loss', () => {
  const [first, ...others] = layers;
  const snapped = (snapLoss: number) => [
    { ...first!, snapLoss },
    ...others.map((each) => ({ ...each, snapLoss: null })),
  ];
  const kinds = (snapLoss: number) =>
    causesOf({ metric: quiet, layers: snapped(snapLoss), trace: [] }).map(({ kind }) => kind);
  assert.ok(kinds(0.021).includes('settling'));
  assert.ok(!kinds(0.019).includes('settling'));
  assert.ok(!kinds(-0.5).includes('settling'));
});

it('codes that still change in the last epoch are told, those of earlier epochs are not', () => {
  const epoch = { ...trace.at(-1)!, flips: { 'a/kernel': 0.019, 'b/kernel': 0.3, 'c/kernel': 0.02 } };
  const [last] = causesOf({ metric: quiet, layers: [], trace: [epoch] });
  assert.deepEqual(last!.layers, [
    { name: 'b/kernel', value: 0.3 },
    { name: 'c/kernel', value: 0.02 },
  ]);
  const rested = { ...epoch, flips: { 'b/kernel': 0 } };
  assert.deepEqual(causesOf({ metric: quiet, layers: [], trace: [epoch, rested] }), []);
});

it('the noise of the outputs names the kernels whose own outputs have most', () => {
  const noisy = layers.map((layer, index) => ({
    ...layer,
    residual: null,
    snapLoss: null,
    outputSqnrDb: 20 - index,
  }));
  const metric = { loss: null, outputSqnrDb: 12.3 };
  const [cause] = causesOf({ metric, layers: noisy, trace: [] });
  const kernels = noisy.filter(({ bits }) => bits < 32).toReversed();
  assert.deepEqual(
    cause!.layers.map(({ name }) => name),
    kernels.slice(0, 3).map(({ name }) => name),
  );
  assert.match(cause!.text, /^the outputs are 12\.3 dB from/);
});
