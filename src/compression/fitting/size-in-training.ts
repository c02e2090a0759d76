import { tf } from '../../engine/index.js';
import { packModel } from '../../pack/index.js';
import { sizeGoalOf } from '../../plan/goal.js';
import { gridOf, onGrid, type PriceControlOptions } from '../../train/index.js';
import { readWeights } from '../file/layer-weights.js';
import { packedModel } from '../file/packing.js';
import { storeTensors } from '../file/rounding.js';
import type { CompressionJob } from './job.js';
import type { Student, TuningStart } from './student.js';

/** What `--rate auto` is to come to, and how large the file is meanwhile; undefined where the price is given. */
export function sizeControl(
  { samples, options }: CompressionJob,
  { subject, plan }: TuningStart,
  { trainee, infos, price }: Student,
): PriceControlOptions | undefined {
  if (price === undefined || options.rate !== 'auto') return undefined;
  const { mostBytes } = sizeGoalOf(options, subject.loaded.bytes);
  const measureBytes = async () => {
    const grids = new Map(trainee.kernels.map((kernel) => [kernel.name, gridOf(kernel)]));
    const snapped = new Map(
      trainee.kernels.map((kernel) => [kernel.name, tf.tidy(() => onGrid(kernel).dataSync())]),
    );
    const weights = readWeights(infos).map((weight) => ({
      ...weight,
      values: snapped.get(weight.name) ?? weight.values,
    }));
    const { bytes } = await packModel(packedModel(subject, storeTensors(weights, plan, grids), samples));
    return bytes.length;
  };
  return { price, mostBytes, measureBytes };
}
