import type { NamedTensor } from '../../core/index.js';
import { rangeRulesText } from '../../data/index.js';
import type { PackedModel, StoredTensor } from '../../pack/index.js';
import { type BitRules, planBits } from '../../plan/index.js';
import { type LiveModel, namedRanges, type Samples } from '../../session/index.js';
import { readWeights } from './layer-weights.js';
import { optimizeForInference } from './optimize-for-inference.js';
import type { PlanByName } from './rounding.js';
import { withShortestFloats } from './short-floats.js';

/** Plans the bits of each weight by the rules. */
export function planModel({ weights }: LiveModel, rules: BitRules): PlanByName {
  return new Map(planBits(weights, rules).map((planned) => [planned.name, planned]));
}

/** Lists the weights of the input model, in the order in which they are packed: those that were read, not copied. */
export function floatWeights({ kind, weights, loaded }: LiveModel): readonly NamedTensor[] {
  if (kind === 'graph') return loaded.weights;
  const read = new Map(loaded.weights.map((weight) => [weight.name, weight]));
  return weights.flatMap((weight) => {
    const known = read.get(weight.name);
    return known?.dtype === 'float32' ? [known] : readWeights([weight]);
  });
}

/** Assembles the content of the file, as lean and as short as it can be: the check may make it larger. */
export function packedModel(
  liveModel: LiveModel,
  tensors: readonly StoredTensor[],
  samples: Samples,
): PackedModel {
  const lean = optimizeForInference(wholeModel(liveModel, tensors, samples)).model;
  return withShortestFloats(lean, liveModel);
}

/** Assembles the content of the file with every layer that the model has in memory. */
export function wholeModel(
  liveModel: LiveModel,
  tensors: readonly StoredTensor[],
  samples: Samples,
): PackedModel {
  const { kind, topology, metadata } = liveModel.loaded;
  const preprocessing = {
    ...(samples.knownRanges === null
      ? {}
      : { inputRange: rangeRulesText(namedRanges(liveModel, samples.knownRanges)) }),
    ...(samples.classes === null ? {} : { classes: samples.classes }),
  };
  return { kind, topology, metadata, preprocessing, tensors };
}
