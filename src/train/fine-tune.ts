import type { Trainee } from './trainee.js';
import { Trainer } from './trainer.js';
import { TrainerParts } from './trainer-parts.js';
import type { FineTuneOptions, Training, TrainingData } from './training.js';
import type { TrainingCheckpoint } from './training-checkpoint.js';

/**
 * Trains the student toward its grid and leaves it there, BatchNorm statistics estimated anew.
 *
 * A loss that is not finite takes it back to the last good epoch with a lower learning rate.
 *
 * @param checkpoint  Where its state is kept, and that of an interrupted training to go on from; left out: it is not.
 * @throws QgtError `diverged` when that didn't help, `aborted`.
 * @see Ghamari et al. 2021, arXiv:2103.06231.
 */
export async function fineTune(
  trainee: Trainee,
  data: TrainingData,
  options: FineTuneOptions,
  checkpoint?: TrainingCheckpoint,
): Promise<Training> {
  const parts = new TrainerParts(trainee, data, options);
  try {
    return await new Trainer(parts, checkpoint).train();
  } finally {
    parts.dispose();
  }
}
