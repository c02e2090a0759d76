import type { PackedModel } from '../pack/index.js';
import { type Folded, foldBatchNorm } from './folding.js';
import { moveScales } from './scale-moves.js';

/** A model as it is written: with the same outputs, and less of it. */
export interface LeanFile extends Folded {
  /** Kernels whose scales went into the depthwise kernel after them. */
  readonly moved: number;
}

/** Folds BatchNorm into kernels, and scales into the next kernel's. */
export function leanFile(model: PackedModel): LeanFile {
  const folded = foldBatchNorm(model);
  const { model: lean, kernels } = moveScales(folded.model);
  return { ...folded, model: lean, moved: kernels };
}
