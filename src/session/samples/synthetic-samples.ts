import { createRandom, sizeOf } from '../../core/index.js';
import {
  canMove,
  type Dataset,
  parseInputRange,
  type Rows,
  type SourceModel,
  splitDataset,
  synthesizeInputs,
} from '../../data/index.js';
import { type OutputHead, withHeads } from '../../metrics/index.js';
import { forwardWork } from '../../model/index.js';
import { outputsOf } from '../../train/index.js';
import type { LiveLayersModel } from '../live-model.js';
import { settleHeads } from './output-heads.js';
import type { SampleOptions, SampleSource, Samples } from './samples.js';
import { synthesisAmount } from './synthesis-amount.js';
import { syntheticInputs } from './synthetic-inputs.js';

const HELD_OUT_SHARE = 0.2;
const UNLABELLED = { labels: { kind: 'none' }, count: 0 } as const;

/** Synthesises samples for a model without data; a part of them is held out. */
export async function synthesizeSamples(
  { liveModel, engine }: SampleSource,
  { seed, synthesis: wish, loss, onProgress, signal }: SampleOptions,
): Promise<Samples> {
  const inputs = syntheticInputs(liveModel);
  onProgress({ kind: 'stage', text: 'synthesising inputs' });
  const { heads } = await settleHeads(liveModel, UNLABELLED, loss);
  const source = liveModel.kind === 'layers' ? sourceModel(liveModel, heads) : null;
  const work =
    liveModel.kind === 'layers' && canMove(source, inputs)
      ? forwardWork(
          liveModel.model,
          inputs.map(({ shape }) => shape),
        )
      : null;
  const amount = synthesisAmount(inputs, work, engine.name, wish);
  const random = createRandom(seed);
  const synthesis = await synthesizeInputs(engine, source, inputs, { ...amount, random, onProgress, signal });
  const { made, samples, steps, shortened, note } = synthesis;
  const rows = synthesis.inputs.map((values, index) => rowsInMemory(values, inputs[index]!.shape));
  const { count } = rows[0]!;
  const dataset: Dataset = {
    source: 'synthesised',
    inputs: rows,
    ...UNLABELLED,
    count,
    skipped: [],
    close: async () => {},
  };
  const split = splitDataset(count, HELD_OUT_SHARE, createRandom(seed));
  const heldOut = { dataset, order: split.heldOut };
  onProgress({ kind: 'note', text: note });
  return {
    source: 'synthesised',
    synthesis: { made, samples, steps, shortened },
    training: { dataset, order: split.train },
    validation: heldOut,
    epochChoice: heldOut,
    comparison: heldOut,
    evaluation: heldOut,
    evaluatedOn: 'synthesised inputs',
    range: parseInputRange('as-is', 1),
    heads,
    classes: null,
    skippedFiles: 0,
    notes: [note],
    close: async () => {},
  };
}

function sourceModel({ model, outputs }: LiveLayersModel, heads: readonly OutputHead[]): SourceModel {
  return {
    model,
    outputs: heads.map(({ kind }, index) => ({ kind, shape: outputs[index]!.shape })),
    logits: (inputs) =>
      withHeads(heads, (open) =>
        outputsOf(model, inputs, false).map((output, index) => open[index]!.toLogits(output)),
      ),
  };
}

function rowsInMemory(values: Float32Array, shape: readonly number[]): Rows {
  const size = sizeOf(shape);
  return {
    count: values.length / size,
    shape,
    dtype: 'float32',
    read: async (indices) => {
      const rows = new Float32Array(indices.length * size);
      for (const [row, index] of indices.entries())
        rows.set(values.subarray(index * size, (index + 1) * size), row * size);
      return rows;
    },
    close: async () => {},
  };
}
