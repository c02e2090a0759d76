import { concludeOn } from '../analysis/index.js';
import { type CompressionJob, evaluationOf, finalWeights } from '../compression/index.js';
import type { WidthFit } from '../mixed-precision/index.js';
import type { Report } from '../report/index.js';
import { adviceOnCompressed } from './advice.js';
import type { FinishedFile } from './compress-report.js';
import type { CompressionRun } from './compression-run.js';
import { adviseChanges } from './try-changes.js';

/** The report on a compression, its figures left out. */
export type Conclusions = Pick<Report, 'advice' | 'causes'>;

/** Says what to do about a finished file and why it lost what it lost; nothing of one that is unfinished, or not measured. */
export async function conclude(
  run: CompressionRun & Pick<CompressionJob, 'augmentations'>,
  { fitted, isStopped }: WidthFit,
  { metric, layers, file, isCut }: FinishedFile,
  trainingMs: number,
): Promise<Conclusions> {
  if (metric === null || isStopped || isCut) return { advice: [], causes: [] };
  const { session, options, given } = run;
  const bytes = file.bytes.length;
  const { advice, untried, causes } = concludeOn(evaluationOf(run), {
    metric,
    layers,
    bytes,
    weights: finalWeights(session.liveModel, fitted),
    bits: options.bits,
    quantizer: options.quantizer,
    training: fitted.tuned?.training,
  });
  const changes = await adviseChanges(run, { fitted, metric, bytes, trainingMs }, untried);
  return {
    advice: adviceOnCompressed(given, [...advice, ...changes], {
      epochs: options.epochs,
      folder: run.output.folder,
    }),
    causes: [...causes],
  };
}
