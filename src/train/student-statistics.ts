import { throwIfAborted } from '../core/index.js';
import { inputTensors } from '../metrics/index.js';
import { hasBatchNorm, recalibrateBatchNorm } from './batch-norm-statistics.js';
import { type Batches, outputsOf, type Trainee } from './trainee.js';

const STATISTICS_BATCHES = 100;

/**
 * Estimates the student's BatchNorm statistics anew, on the first 100 of `batches`.
 *
 * @throws QgtError `aborted`.
 */
export async function renewStatistics(
  { engine, student, inputs, layers }: Trainee,
  plain: () => Batches,
  signal?: AbortSignal,
): Promise<void> {
  if (!hasBatchNorm(layers)) return;
  const batches = plain()[Symbol.asyncIterator]();
  let left = STATISTICS_BATCHES;
  await recalibrateBatchNorm(
    engine,
    layers,
    (xs) => outputsOf(student, xs, true),
    async () => {
      throwIfAborted(signal);
      if (left-- === 0) return null;
      const next = await batches.next();
      return next.done ? null : inputTensors(next.value, { inputs });
    },
  );
  await batches.return?.();
}
