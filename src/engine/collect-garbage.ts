import { isLarge } from './eager-step.js';

/**
 * Frees the arrays of a large model that is no longer used, before more memory is taken: they lie outside of the heap,
 * so that a collection comes late. Does nothing but where Node runs with --expose-gc, as the command line has it.
 *
 * @param weights  How many the model has.
 */
export function collectGarbage(weights: number): void {
  if (isLarge(weights)) globalThis.gc?.();
}
