import { createRandom } from '../../core/index.js';
import { type Dataset, openDataset, readClasses, splitDataset } from '../../data/index.js';
import { findRange } from './find-range.js';
import { settleHeads } from './output-heads.js';
import type { SampleOptions, SampleSource, Samples } from './samples.js';
import { synthesizeSamples } from './synthetic-samples.js';

const HELD_OUT_SHARE = 0.1;
/** Held out at most where they neither decide a drop nor give the figures. */
const MAX_HELD_OUT_BESIDE_EVAL = 1000;

/** Opens the data, holds a part out, and finds the input range; without data, inputs are synthesised. */
export async function openSamples(source: SampleSource, options: SampleOptions): Promise<Samples> {
  if (options.data === undefined) return synthesizeSamples(source, options);
  const { liveModel } = source;
  const { data, seed, onProgress, signal } = options;
  const read = { inputs: liveModel.inputs, outputs: liveModel.outputs, onProgress, signal };
  onProgress({ kind: 'stage', text: `reading ${data}` });
  const dataset = await openDataset(data, { ...read, classes: options.classes });
  const names = dataset.labels.kind === 'classes' ? dataset.labels.names : undefined;
  const classes = options.classes ?? names;
  try {
    const second =
      options.eval === undefined ? undefined : await openDataset(options.eval, { ...read, classes });
    const holdsOut = options.purpose === 'train';
    const few = second !== undefined && options.decidesDrop !== true;
    const most = few ? MAX_HELD_OUT_BESIDE_EVAL : dataset.count;
    const share = Math.min(HELD_OUT_SHARE, most / dataset.count);
    const split = holdsOut
      ? splitDataset(dataset.count, share, createRandom(seed), await readClasses(dataset))
      : { train: everySample(dataset), heldOut: everySample(dataset) };
    const training = { dataset, order: split.train };
    const validation = { dataset, order: split.heldOut };
    const settled = await settleHeads(liveModel, dataset, options.loss);
    const { range, notes } = await findRange(liveModel, { training, heads: settled.heads }, options);
    const skipped = [...dataset.skipped, ...(second?.skipped ?? [])];
    return {
      source: data,
      training,
      validation,
      evaluation: second === undefined ? validation : { dataset: second, order: everySample(second) },
      evaluatedOn: options.eval ?? (holdsOut ? `a seeded tenth of ${data}, held out` : data),
      range,
      heads: settled.heads,
      classes: classes ?? null,
      skippedFiles: skipped.length,
      notes: [
        ...settled.notes,
        ...notes,
        ...skipped.slice(0, 5).map(({ file, reason }) => `skipped ${file}: ${reason}`),
      ],
      close: async () => {
        await dataset.close();
        await second?.close();
      },
    };
  } catch (thrown) {
    await dataset.close();
    throw thrown;
  }
}

const everySample = ({ count }: Dataset): number[] => Array.from({ length: count }, (_, index) => index);
