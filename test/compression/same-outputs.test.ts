import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { withoutDeadChannels } from '../../src/compression/file/prune-dead-channels.js';
import { differenceInOutputs } from '../../src/compression/file/same-outputs.js';
import { type LoadedModel, readModel } from '../../src/model/index.js';
import { startCpu } from '../cpu-engine.js';
import { temporaryFolder } from '../model/model-folder.js';
import { operation, placeholder, saveGraphModel } from '../pipeline/graph-folder.js';
import { floats } from './live-graph.js';

before(startCpu);

/** Tokens are looked up in a table, of whose four columns the second is 0, and multiplied. */
async function lookup(): Promise<LoadedModel> {
  const nodes = [
    placeholder('tokens', [-1, 5], 'int32'),
    operation('GatherV2', 'rows', ['table', 'tokens', 'axis']),
    operation('MatMul', 'y', ['mean', 'kernel']),
    operation('Mean', 'mean', ['rows', 'axes'], { keep_dims: { b: false } }),
    operation('MatMul', 'z', ['y', 'last']),
  ];
  const kernel = floats('kernel', 4, 3);
  const constants = [
    floats('table', 7, 4),
    { name: 'axis', shape: [], values: Int32Array.of(0) },
    { name: 'axes', shape: [1], values: Int32Array.of(1) },
    { ...kernel, values: kernel.values.map((value, index) => (index % 3 === 1 ? 0 : value)) },
    floats('last', 3, 2),
  ];
  return readModel(await saveGraphModel(await temporaryFolder(), nodes, constants));
}

describe('a graph without its dead channels', () => {
  it('takes its place where its outputs are the same, which is tried', async () => {
    const { notes, weights } = await withoutDeadChannels(await lookup());
    assert.deepEqual(weights.find(({ name }) => name === 'kernel')!.shape, [4, 2]);
    assert.deepEqual(notes, ['dead channels: 1 of 5 say the same whatever the input and were taken out']);
  });

  it('is known by other outputs, or by none', async () => {
    const model = await lookup();
    const withValues = (change: (value: number) => number): LoadedModel => ({
      ...model,
      weights: model.weights.map((weight) =>
        weight.name === 'last' ? { ...weight, values: (weight.values as Float32Array).map(change) } : weight,
      ),
    });
    assert.equal(
      await differenceInOutputs(
        model,
        withValues((value) => value * (1 + 1e-6)),
      ),
      undefined,
    );
    assert.match(
      (await differenceInOutputs(
        model,
        withValues((value) => value * 1.01),
      ))!,
      /differ by 0\.0/,
    );
    const weights = model.weights.map((weight) =>
      weight.name === 'last' ? { ...weight, shape: [2, 3] } : weight,
    );
    assert.match((await differenceInOutputs(model, { ...model, weights }))!, /can't be compared/);
  });
});
