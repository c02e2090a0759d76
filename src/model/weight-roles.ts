import type { Shape } from '../core/index.js';
import { layerKindOf } from './layers/index.js';

/** Role of a weight: a kernel can be quantized, every other weight stays in float. */
export type WeightRole =
  | { readonly role: 'kernel'; readonly channelAxes: readonly number[] }
  | { readonly role: 'float'; readonly reason: string };

/**
 * Determines the role of a weight of a layers model.
 *
 * In a layer that is not tfjs's own, whatever is called a kernel, a weight or an embedding and has two dimensions or
 * more counts as a kernel, its last dimension as the channels.
 *
 * @param kind  Class name of the layer.
 * @param name  Of the weight, with or without the layer's name in front.
 */
export function roleOfWeight(kind: string, name: string, shape: Shape, dtype: string): WeightRole {
  const own = name.split('/').at(-1)!;
  if (dtype !== 'float32') return { role: 'float', reason: `of dtype ${dtype}` };
  const known = layerKindOf(kind);
  const axes = known?.kernels[own];
  if (axes !== undefined) return { role: 'kernel', channelAxes: axes };
  if (known === undefined && shape.length >= 2 && /kernel|embedding|weight/i.test(own)) {
    return { role: 'kernel', channelAxes: [shape.length - 1] };
  }
  return { role: 'float', reason: known?.floats[own] ?? reasonFor(own, shape) };
}

function reasonFor(own: string, shape: Shape): string {
  if (own === 'bias') return 'bias';
  return shape.length < 2 ? 'fewer than two dimensions' : 'not known to be a kernel';
}
