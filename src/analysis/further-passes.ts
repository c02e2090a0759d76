import { passesOf } from './trials.js';

/** Layers that remedies are tried for, at most. */
export const MAX_REMEDIED = 5;
/** Remedies that are tried for a layer, about: wider grids, clips, float. */
const REMEDIES = 4;
/** Changes of several layers or all that are tried, about, and those that are measured once more. */
const CHANGES = { tried: 9, confirmed: 4 };

/**
 * Passes through the whole model, about, of what follows the measurement of single layers: the path back to float, the
 * remedies, and the advice.
 *
 * @param layers  Kernels that are quantized.
 */
export function furtherPasses(layers: number): number {
  const remedied = Math.min(MAX_REMEDIED, layers);
  const remedies = REMEDIES * remedied;
  const path = passesOf(1, layers);
  const saved = passesOf(2, 2 * remedies + remedied);
  const stated = passesOf(1, remedies);
  // These change the first layers too, and share no pass.
  const advice = 2 * passesOf(1, 0) + CHANGES.tried + CHANGES.confirmed;
  return path + saved + stated + advice;
}
