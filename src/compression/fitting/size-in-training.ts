import { tf } from '../../engine/index.js';
import { packModel } from '../../pack/index.js';
import { sizeGoalOf } from '../../plan/goal.js';
import { TERNARY_BITS } from '../../quantize/index.js';
import { onGrid, type SizeControlOptions } from '../../train/index.js';
import { packedModel } from '../file/packing.js';
import { storeTensors } from '../file/rounding.js';
import type { CompressionJob } from './job.js';
import type { Student } from './student.js';
import type { TuningOptions } from './tuning-options.js';
import type { TuningStart } from './tuning-start.js';

/** The size that a training is to end with, and the size in training; undefined where that is left open. */
export function sizeControl(
  { samples, options, filling }: CompressionJob,
  { liveModel, plan, grids: first }: TuningStart,
  { trainee, penaltyFactor, weights: weightsOf, grids: gridsOf, inModel }: Student,
): SizeControlOptions | undefined {
  if (penaltyFactor === undefined || (options.entropyPenalty !== 'auto' && filling === undefined))
    return undefined;
  const { mostBytes } = filling ?? sizeGoalOf(options, liveModel.loaded.bytes);
  const measureBytes = async () => {
    const grids = new Map([...first, ...gridsOf()]);
    const snapped = inModel(
      new Map(
        trainee.kernels.map((kernel) => [kernel.name, tf.tidy(() => onGrid(kernel).dataSync<'float32'>())]),
      ),
    );
    const weights = weightsOf().map((weight) => ({
      ...weight,
      values: snapped.get(weight.name) ?? weight.values,
    }));
    const { bytes } = await packModel(packedModel(liveModel, storeTensors(weights, plan, grids), samples));
    return bytes.length;
  };
  const counts = filling === undefined ? 'live' : 'once';
  return { factor: penaltyFactor, counts, mostBytes, measureBytes, remedy: remedyFor(options) };
}

/** Advice on options that make a file smaller than a penalty can. */
function remedyFor({ bits }: TuningOptions): string {
  if (bits === 'auto') return 'set a larger size';
  const fewer = bits === TERNARY_BITS ? '' : ', or fewer --bits';
  return `set --bits auto, which chooses a width for each layer${fewer}`;
}
