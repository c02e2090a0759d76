import { sizeOf } from '../../../core/index.js';
import type { MixingRule } from '../../layers/channel-rule.js';
import { isConstant, NOTHING } from '../../layers/channels.js';

/** Calls `visit` for each weight of a kernel with its input channel and output channel. */
export function forEachWeight(
  { kernel, inAxis, outAxis }: Pick<MixingRule, 'kernel' | 'inAxis' | 'outAxis'>,
  visit: (weight: number, from: number, to: number) => void,
): void {
  const { shape, values } = kernel;
  const place = (axis: number) => ({ inner: sizeOf(shape.slice(axis + 1)), count: shape[axis]! });
  const out = place(outAxis);
  const into = place(inAxis);
  for (const [index, weight] of values.entries()) {
    visit(
      weight as number,
      Math.floor(index / into.inner) % into.count,
      Math.floor(index / out.inner) % out.count,
    );
  }
}

/** Whether a channel of this value can go into the bias of a kernel that reads it. */
export function fitsBias({ padded }: Pick<MixingRule, 'padded'>, constant: number): boolean {
  return isConstant(constant) && (!padded || Math.abs(constant) <= NOTHING);
}

/** The constants that a kernel's output channels have before the activation; NaN where they vary. */
export function mixedConstants(rule: MixingRule, inputs: Float64Array): Float64Array {
  const sums = Float64Array.from({ length: rule.kernel.shape[rule.outAxis]! }, (_, channel) =>
    rule.bias === undefined ? 0 : (rule.bias.values[channel] as number),
  );
  const varying = new Float64Array(sums.length);
  forEachWeight(rule, (weight, from, to) => {
    const constant = inputs[from % inputs.length]!;
    if (!fitsBias(rule, constant)) varying[to]! += Math.abs(weight);
    else if (!rule.padded) sums[to]! += weight * constant;
  });
  return sums.map((sum, channel) => (varying[channel]! <= NOTHING ? sum : Number.NaN));
}

/** A mask of the input channels that a kernel ignores: their weights are zero. */
export function ignoredInputs(rule: MixingRule, count: number): boolean[] {
  const sums = new Float64Array(count);
  forEachWeight(rule, (weight, from) => {
    sums[from % count]! += Math.abs(weight);
  });
  return Array.from(sums, (sum) => sum <= NOTHING);
}
