import { countText, createRandom, sizeOf } from '../../core/index.js';
import {
  isImage,
  parseInputRange,
  type Rows,
  type SyntheticInput,
  splitDataset,
  synthesizeInputs,
} from '../../data/index.js';
import { measuredInputs, synthesisedDataset } from './measured-inputs.js';
import { prepareSynthesis } from './prepare-synthesis.js';
import type { SampleOptions, SampleSource, Samples } from './samples.js';
import { saidRanges } from './synthetic-inputs.js';

const HELD_OUT_SHARE = 0.2;

/** Synthesises samples for a model without data; a part of them is held out. */
export async function synthesizeSamples(
  { liveModel, engine }: SampleSource,
  { seed, synthesis: wish, loss, inputRange, onProgress, signal, checkpoints }: SampleOptions,
): Promise<Samples> {
  onProgress({ kind: 'stage', text: 'synthesising inputs' });
  const { inputs, heads, model, amount, learning } = await prepareSynthesis(
    { liveModel, engine },
    { synthesis: wish, loss, inputRange },
  );
  const random = createRandom(seed);
  const synthesis = await synthesizeInputs(engine, model, inputs, {
    ...amount,
    isOtherKind: liveModel.kind === 'graph' && wish.worth === 'training',
    random,
    onProgress,
    signal,
    checkpoint: checkpoints?.next('synthesis'),
  });
  const { made, samples, steps, shortened, distance, note } = synthesis;
  const rowsOf = (made: readonly Float32Array[]) =>
    made.map((values, index) => rowsInMemory(values, inputs[index]!.shape));
  const dataset = synthesisedDataset(rowsOf(synthesis.inputs));
  const split = splitDataset(dataset.count, HELD_OUT_SHARE, createRandom(seed));
  const heldOut = { dataset, order: split.heldOut };
  const ranges = inputs.map(() => parseInputRange('as-is', 1));
  const measuredBase = rowsOf(synthesis.measured);
  const measured = await measuredInputs({ liveModel, engine }, { heads, ranges }, measuredBase, {
    count: amount.measuredInputs,
    covering: wish.worth !== 'noise',
    random,
    signal,
  });
  const notes = [
    note,
    ...(amount.note === null ? [] : [amount.note]),
    ...(liveModel.kind === 'graph' ? unknownRangeNotes(inputs) : []),
    `the figures are on ${countText(measured.order.length, 'synthesised input')} that ${measured.order.length === 1 ? 'was' : 'were'} neither trained on nor chose an epoch (only between trained and rounded weights), composed of ${measuredBase[0]!.count} made apart; a few hundred real ones of any kind, given with --data, tell more`,
  ];
  for (const text of notes) onProgress({ kind: 'note', text });
  return {
    source: 'synthesised',
    synthesis: { made, samples, steps, shortened, distance },
    training: { dataset, order: split.train },
    learning,
    validation: heldOut,
    epochChoice: heldOut,
    comparison: measured,
    evaluation: measured,
    evaluatedOn: 'synthesised inputs',
    ranges,
    knownRanges: saidRanges(liveModel, inputRange ?? {}),
    heads,
    classes: null,
    skippedFiles: 0,
    labelWarning: null,
    notes,
    close: async () => {},
  };
}

/** A graph has no BatchNorm whose statistics could say how large its inputs are. */
function unknownRangeNotes(inputs: readonly SyntheticInput[]): string[] {
  const isUnknown = inputs.some(
    (input) => isImage(input) && input.dtype === 'float32' && input.range === undefined,
  );
  return isUnknown
    ? [
        'nothing says the range of the images that this GraphModel takes, and they are drawn in 0..1: with another range the figures mean little; --input-range gives it',
      ]
    : [];
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
