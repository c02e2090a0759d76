import { concludeOn } from '../analysis/index.js';
import { type CompressionJob, evaluationOf, finalWeights } from '../compression/index.js';
import type { WidthFit } from '../mixed-precision/index.js';
import type { Report } from '../report/index.js';
import { adviceOnCompressed } from './advice.js';
import type { FinishedFile } from './compress-report.js';
import type { CompressionRun } from './compression-run.js';
import { doubtfulOptions } from './doubtful-options.js';
import { adviseChanges } from './try-changes.js';
import { NOTHING_LOST, NOTHING_TO_TRY, untriedNote } from './try-progress.js';

/** The report on a compression, its figures left out. */
export type Conclusions = Pick<Report, 'advice' | 'causes'>;

/** Says what to do about a finished file and why it lost what it lost; nothing of one that is unfinished, or not measured. */
export async function conclude(
  run: CompressionRun & Pick<CompressionJob, 'augmentations'>,
  { fitted, isStopped, isGivenUp }: WidthFit,
  { metric, layers, file, isCut }: FinishedFile,
  trainingMs: number,
): Promise<Conclusions> {
  const { session, options, given, controls } = run;
  const untriedSince = (why: string) => {
    if (given.try !== undefined) controls.onProgress?.(untriedNote(why));
  };
  if (metric === null || isStopped || isCut) {
    untriedSince(metric === null ? 'no metric was measured' : 'the run was ended early');
    return { advice: [], causes: [] };
  }
  const bytes = file.bytes.length;
  const { advice, untried, causes } = concludeOn(evaluationOf(run), {
    metric,
    layers,
    bytes,
    weights: finalWeights(session.liveModel, fitted),
    bits: options.bits,
    quantizer: options.quantizer,
    isToTrain: options.epochs > 0,
    training: fitted.tuned?.training,
    isGivenUp,
    doubtful: doubtfulOptions(given, isGivenUp),
  });
  if (untried.length === 0) untriedSince(advice.length > 0 ? NOTHING_LOST : NOTHING_TO_TRY);
  const changes = await adviseChanges(run, { fitted, metric, bytes, trainingMs }, untried);
  return {
    advice: adviceOnCompressed(given, [...advice, ...changes], {
      epochs: options.epochs,
      folder: run.output.folder,
    }),
    causes: [...causes],
  };
}
