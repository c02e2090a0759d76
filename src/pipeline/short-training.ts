import type { TrainingTrial } from '../analysis/index.js';
import {
  fileBytes,
  optionsForSamples,
  planModel,
  postTrainingQuantize,
  quantizeModel,
  validate,
  withDefaults,
} from '../compression/index.js';
import { type RunControls, silent } from '../core/index.js';
import { dropPoints } from '../report/index.js';
import { openSamples, type Session } from '../session/index.js';
import { repeatedOptions } from './command-line.js';
import { type ParsedOptions, parseOptions } from './parse-options.js';
import { clockOf } from './run-time.js';
import { sampleOptions } from './sample-options.js';
import { progressOfTry } from './try-progress.js';

/**
 * Trains for a short time as `qgt compress` would, and measures what that makes good of plain rounding on samples that
 * it holds out.
 *
 * @param seconds  Time of the training, with the synthesis of its inputs.
 */
export async function tryTraining(
  session: Session,
  options: ParsedOptions<'analyze'>,
  seconds: number,
  controls: RunControls,
): Promise<TrainingTrial> {
  const { onProgress = silent } = controls;
  onProgress({ kind: 'stage', text: `training for ${seconds} s, to see what that makes good` });
  const { bits } = options;
  const { resume: _, ...given } = parseOptions('compress', {
    ...repeatedOptions(options),
    bits,
    maxTime: seconds,
  });
  const parsed = withDefaults(given);
  const clock = clockOf(parsed, performance.now());
  const timed = { ...controls, onProgress: progressOfTry(onProgress), clock };
  const samples = await openSamples(session, sampleOptions(parsed, timed));
  try {
    const { liveModel } = session;
    const tuning = optionsForSamples(parsed, session, samples);
    const job = { session, samples, options: tuning, controls: timed, augmentations: [] };
    const plan = planModel(liveModel, { ...tuning, bits });
    const [trained, rounded] = [await quantizeModel(job, plan), postTrainingQuantize(job, plan)];
    const after = await validate(job, trained, samples.comparison);
    const before = await validate(job, rounded, samples.comparison);
    return {
      seconds,
      metric: after.name,
      points: dropPoints(after.after, before.after, after.scale),
      samples: after.samples,
      bytes: (await fileBytes(job, trained)) - (await fileBytes(job, rounded)),
    };
  } finally {
    await samples.close();
  }
}
