import { neverFuses, noActivation, notHomogeneous } from './activations.js';
import type { MakeChannelRule } from './channel-rule.js';
import { kernelless } from './kernelless.js';
import type { LayerKind } from './layer-kind.js';

/** A layer that does this with the channels of several inputs. */
function merging(channelRule: MakeChannelRule): LayerKind {
  return {
    ...kernelless,
    rank: null,
    activation: noActivation,
    fusesAs: neverFuses,
    isHomogeneous: notHomogeneous,
    channelRules: [channelRule],
    random: [],
    takesDefaults: false,
  };
}

/** Adds, multiplies or compares values of the same channel; an input with one channel or position has it everywhere. */
function elementwise(merge: (values: readonly number[]) => number): MakeChannelRule {
  return ({ inputs }) => {
    const known = inputs.filter((each) => each !== undefined);
    const ranks = known.flatMap(({ rank }) => rank ?? []);
    if (known.length === 0 || ranks.length < inputs.length) return undefined;
    const [count, rank] = [Math.max(...known.map((each) => each.count)), Math.max(...ranks)];
    const { flat } = known[0]!;
    const sameFlat = known.every((each) => each.flat === flat && (!flat || each.rank === rank));
    if (!sameFlat || known.some((each) => each.count !== count && (flat || each.count !== 1)))
      return undefined;
    return { kind: 'keeps', constantOf: merge, vectors: [], shapeKey: null, rank, flat };
  };
}

const concatenation: MakeChannelRule = ({ config, inputs }) => {
  const { axis = -1 } = config;
  const last = inputs.every((each) => each !== undefined && (axis === -1 || axis === (each.rank ?? 0) - 1));
  return last && inputs.every((each) => !each!.flat) ? { kind: 'joins' } : undefined;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const product = (values: readonly number[]): number =>
  values.includes(0) ? 0 : values.reduce((total, value) => total * value);

/** Layers with several inputs. */
export const mergingLayers: Readonly<Record<string, LayerKind>> = {
  Add: { ...merging(elementwise(sum)), rank: 'same', takesDefaults: true },
  Multiply: { ...merging(elementwise(product)), rank: 'same' },
  Average: merging(elementwise((values) => sum(values) / values.length)),
  Maximum: merging(elementwise((values) => Math.max(...values))),
  Minimum: merging(elementwise((values) => Math.min(...values))),
  // Not in tfjs 4: users bring it, under the name and with the meaning that it has in Keras.
  Subtract: merging(elementwise(([one, other]) => one! - other!)),
  Concatenate: { ...merging(concatenation), takesDefaults: true },
};
