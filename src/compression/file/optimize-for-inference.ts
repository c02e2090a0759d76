import { fuseActivations, stripTopology } from '../../model/index.js';
import type { PackedModel } from '../../pack/index.js';
import { equalizeLayers } from './cross-layer-equalization.js';
import { type Folded, foldBatchNorm } from './folding.js';
import { mergeScales } from './merge-scales.js';

/** A model as it is written: a smaller one with the same outputs. */
export interface OptimizedModel extends Folded {
  /** Kernels whose scales went into the depthwise kernel after them. */
  readonly moved: number;
}

/**
 * Folds BatchNorm into kernels, scales into the next kernel's and activations into layers, and merges scales that are all
 * the same, which is all that is done to a graph.
 */
export function optimizeForInference(model: PackedModel): OptimizedModel {
  const folded = foldBatchNorm(model);
  const { model: moved, kernels } = equalizeLayers(folded.model);
  const merged = mergeScales(moved);
  return { ...folded, model: merged.kind === 'graph' ? merged : withLeanTopology(merged), moved: kernels };
}

function withLeanTopology(model: PackedModel): PackedModel {
  const where = 'the packed model';
  const topology = model.topology as Readonly<Record<string, unknown>>;
  return { ...model, topology: stripTopology(fuseActivations(topology, where), where) };
}
