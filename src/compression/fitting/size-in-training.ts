import { tf } from '../../engine/index.js';
import type { WeightInfo } from '../../model/index.js';
import { packModel } from '../../pack/index.js';
import { sizeGoalOf } from '../../plan/goal.js';
import type { LayersSubject, Samples } from '../../session/index.js';
import { FIRST_PRICE, gridOf, onGrid, type PriceControlOptions, type Trainee } from '../../train/index.js';
import { readWeights } from '../file/layer-weights.js';
import { packedModel } from '../file/packing.js';
import { type PlanByName, storeTensors } from '../file/rounding.js';
import type { TuningOptions } from './tuning-options.js';

/** The price of a bit to begin with; undefined where bits cost nothing. */
export function startingPrice({ rate }: TuningOptions): tf.Variable | undefined {
  return rate === 0 ? undefined : tf.variable(tf.scalar(rate === 'auto' ? FIRST_PRICE : rate), false);
}

/** What `--rate auto` is to come to, and how large the file is meanwhile; undefined where the price is given. */
export function sizeControl(
  subject: LayersSubject,
  infos: readonly WeightInfo[],
  price: tf.Variable | undefined,
  trainee: Trainee,
  plan: PlanByName,
  samples: Samples,
  options: TuningOptions,
): PriceControlOptions | undefined {
  if (price === undefined || options.rate !== 'auto') return undefined;
  const { mostBytes } = sizeGoalOf(options, subject.loaded.bytes);
  const measureBytes = async () => {
    const grids = new Map(trainee.kernels.map((kernel) => [kernel.name, gridOf(kernel)]));
    const settled = new Map(
      trainee.kernels.map((kernel) => [kernel.name, tf.tidy(() => onGrid(kernel).dataSync())]),
    );
    const weights = readWeights(infos).map((weight) => ({
      ...weight,
      values: settled.get(weight.name) ?? weight.values,
    }));
    const { bytes } = await packModel(packedModel(subject, storeTensors(weights, plan, grids), samples));
    return bytes.length;
  };
  return { price, mostBytes, measureBytes };
}
