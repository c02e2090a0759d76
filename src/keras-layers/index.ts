import { registerGru } from './gru.js';
import type { TfLayers } from './tf-layers.js';

export type { TfLayers } from './tf-layers.js';

/**
 * Registers what layers of Keras stock tfjs lacks, so that models with them can be loaded: GRU with `reset_after`.
 *
 * @param tf  The caller's tfjs. It is enough to call it once, before a model is loaded.
 */
export function registerLayers(tf: TfLayers): void {
  registerGru(tf);
}
