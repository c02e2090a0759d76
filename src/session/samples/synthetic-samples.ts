import { createRandom, sizeOf } from '../../core/index.js';
import {
  type Dataset,
  parseInputRange,
  type Rows,
  type SourceModel,
  splitDataset,
  synthesizeInputs,
} from '../../data/index.js';
import { headKind, withHeads } from '../../metrics/index.js';
import { outputsOf } from '../../train/index.js';
import type { LayersSubject } from '../subject.js';
import type { SampleOptions, SampleSource, Samples } from './samples.js';
import { syntheticInputs } from './synthetic-inputs.js';

/** Inputs: as many as hold so many values in all, within limits. */
const VALUES = 2 ** 24;
const COUNTS = { least: 80, most: 1280 };
/** A batch holds so many values at most, 64 inputs at most and 8 at least. */
const BATCH_VALUES = 2 ** 21;
const BATCH_SIZES = { least: 8, most: 64 };
const STEPS = 60;
const HELD_OUT_SHARE = 0.2;

/** Invents the samples of a model whose data nobody has; a part of them is held out. */
export async function synthesizeSamples(
  { subject, engine }: SampleSource,
  { seed, synthesisMs, onProgress, signal }: SampleOptions,
): Promise<Samples> {
  const inputs = syntheticInputs(subject);
  const sampleSize = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const batchSize = within(BATCH_SIZES, BATCH_VALUES / sampleSize);
  onProgress({ kind: 'stage', text: 'synthesising inputs' });
  const synthesis = await synthesizeInputs(
    engine,
    subject.kind === 'layers' ? sourceModel(subject) : null,
    inputs,
    {
      batchSize,
      batches: Math.ceil(within(COUNTS, VALUES / sampleSize) / batchSize),
      leastBatches: Math.ceil(COUNTS.least / batchSize),
      steps: STEPS,
      maxMs: synthesisMs,
      random: createRandom(seed),
      onProgress,
      signal,
    },
  );
  const { made, note } = synthesis;
  const rows = synthesis.inputs.map((values, index) => rowsInMemory(values, inputs[index]!.shape));
  const { count } = rows[0]!;
  const dataset: Dataset = {
    source: 'synthesised',
    count,
    inputs: rows,
    labels: { kind: 'none' },
    skipped: [],
    close: async () => {},
  };
  const split = splitDataset(count, HELD_OUT_SHARE, createRandom(seed));
  const heldOut = { dataset, order: split.heldOut };
  onProgress({ kind: 'note', text: note });
  return {
    source: 'synthesised',
    made,
    training: { dataset, order: split.train },
    validation: heldOut,
    evaluation: heldOut,
    evaluatedOn: 'synthesised inputs',
    range: parseInputRange('as-is', 1),
    classes: null,
    skippedFiles: 0,
    notes: [note],
    close: async () => {},
  };
}

const within = ({ least, most }: { least: number; most: number }, wanted: number): number =>
  Math.min(most, Math.max(least, Math.floor(wanted)));

function sourceModel({ model, heads, outputs }: LayersSubject): SourceModel {
  return {
    model,
    outputs: heads.map(({ activation }, index) => ({
      kind: headKind(activation),
      shape: outputs[index]!.shape,
    })),
    answer: (inputs) =>
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
