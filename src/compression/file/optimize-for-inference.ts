import { fuseActivations, stripTopology } from '../../model/index.js';
import type { PackedModel } from '../../pack/index.js';
import { equalizeLayers } from './cross-layer-equalization.js';
import { type Folded, foldBatchNorm } from './folding.js';

/** A model as it is written: a smaller one with the same outputs. */
export interface OptimizedModel extends Folded {
  /** Kernels whose scales went into the depthwise kernel after them. */
  readonly moved: number;
}

/** Folds BatchNorm into kernels, scales into the next kernel's and activations into layers; a graph stays as it is. */
export function optimizeForInference(model: PackedModel): OptimizedModel {
  const folded = foldBatchNorm(model);
  const { model: moved, kernels } = equalizeLayers(folded.model);
  return { ...folded, model: moved.kind === 'graph' ? moved : withLeanTopology(moved), moved: kernels };
}

function withLeanTopology(model: PackedModel): PackedModel {
  const where = 'the packed model';
  const topology = model.topology as Readonly<Record<string, unknown>>;
  return { ...model, topology: stripTopology(fuseActivations(topology, where), where) };
}
