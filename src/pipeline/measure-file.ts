import { diagnoseCompressed, type PackedWeights } from '../analysis/index.js';
import { evaluationOf } from '../compression/index.js';
import { endedByEither, QgtError, RunClock, throwIfAborted } from '../core/index.js';
import type { Report } from '../report/index.js';
import { type Evaluation, type PackedScore, type ReadModel, scoreAgainst } from '../session/index.js';
import type { Training } from '../train/index.js';
import type { CompressionRun } from './compression-run.js';

/** A packed file to measure. */
interface MeasuredFile extends Pick<PackedWeights, 'file'> {
  read(): Promise<ReadModel>;
  /** Its weights, codes and floats; asked for when the model that was read is no longer in memory. */
  weights(): PackedWeights['weights'];
  /** Left out where the weights were rounded without training. */
  readonly training: Training | undefined;
  /** Whether its training was stopped: then it is measured all the same. */
  readonly isStopped: boolean;
}

type ReportedScore = Pick<PackedScore, 'metric' | 'notes'>;

/** Figures of a packed file. */
interface FileFigures extends Pick<Report, 'layers'>, ReportedScore {
  /** Whether `stopEarly` has cut the measuring, so that some of them are missing. */
  readonly isCut: boolean;
}

/** Reads a packed file and measures it; a run that is asked to end by then does without the figures that are left. */
export async function measureFile(
  run: CompressionRun,
  { read, weights, file, training, isStopped }: MeasuredFile,
): Promise<FileFigures> {
  const { controls } = run;
  const evaluation = evaluationOf(isStopped ? run : { ...run, controls: endedByEither(controls) });
  let isCut = false;
  const orElse = async <Result>(
    measure: () => Promise<Result>,
    without: () => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await measure();
    } catch (thrown) {
      if (!isAborted(thrown) || controls.signal?.aborted) throw thrown;
      isCut = true;
      return without();
    }
  };
  const { metric, notes } = await orElse<ReportedScore>(
    () => timedScore(evaluation, run.controls.clock, read),
    async () => ({ metric: null, notes: [] }),
  );
  const packed = { weights: weights(), file, metric };
  const layers = await orElse(
    async () => {
      throwIfAborted(evaluation.signal);
      return diagnoseCompressed(evaluation, packed, training);
    },
    () => diagnoseCompressed({ ...evaluation, ...WITHOUT_MEASURING }, packed, training),
  );
  return { metric, notes, layers, isCut };
}

const isAborted = (thrown: unknown): boolean => thrown instanceof QgtError && thrown.code === 'aborted';

/** Settings of a diagnosis that leaves out all that takes time. */
const WITHOUT_MEASURING = { signal: undefined, clock: new RunClock({ startedAt: 0, maxMs: 0 }) };

/** Reads the packed model and scores it, by which the time of what follows is known. */
async function timedScore(
  evaluation: Evaluation,
  clock: RunClock,
  read: () => Promise<ReadModel>,
): Promise<ReportedScore> {
  const { loaded } = await read();
  const from = clock.elapsedMs;
  const score = await scoreAgainst(evaluation, loaded);
  clock.sampleMs = (clock.elapsedMs - from) / evaluation.samples.evaluation.order.length;
  clock.owedMs = 0;
  return score;
}
