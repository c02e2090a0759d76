import { evaluationOf } from '../compression/index.js';
import type { RunControls } from '../core/index.js';
import type { MetricReport } from '../report/index.js';
import { readPacked, type SampleSet, type Samples, scoreAgainst } from '../session/index.js';
import { USUAL_PACE } from './checkpoints.js';
import { compressAs } from './compress-as.js';
import type { CompressionRun } from './compression-run.js';
import type { CompressOptions } from './options/commands.js';
import type { CompressResult } from './results.js';

/** A compression that is to be chosen among others. */
export interface ChoosableResult extends CompressResult {
  /**
   * The figures of the report, but on samples held out of the training that are not those of the report; null where too few
   * are held out for two parts, or nothing can be measured.
   */
  readonly choice: MetricReport | null;
}

/** Compresses a model, and measures it on samples to choose by besides those that its report is on. */
export async function compressForChoice(
  options: CompressOptions,
  controls: RunControls = {},
): Promise<ChoosableResult> {
  let choice: MetricReport | null = null;
  const result = await compressAs(options, controls, {
    pace: USUAL_PACE,
    inspect: async (run, file) => {
      choice = await measureChoice(run, file);
    },
  });
  return { ...result, choice };
}

async function measureChoice(run: CompressionRun, file: string): Promise<MetricReport | null> {
  const evaluation = choiceSamples(run.samples);
  if (evaluation === null) return null;
  const samples = { ...run.samples, evaluation, evaluatedOn: 'samples held out to choose by' };
  // Its own file may unpack to as much as it likes.
  const { loaded } = await readPacked(file, Number.POSITIVE_INFINITY);
  return (await scoreAgainst(evaluationOf({ ...run, samples }), loaded)).metric;
}

/** Samples that were not trained on, and that the figures of the report are not on. */
function choiceSamples({ validation, epochChoice, comparison, evaluation }: Samples): SampleSet | null {
  return evaluation === comparison ? epochChoice : validation;
}
