import { fuseActivations, leanGraph, stripTopology } from '../../model/index.js';
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
 * the same; of a graph scales are moved and merged, and the topology says nothing twice.
 */
export function optimizeForInference(model: PackedModel): OptimizedModel {
  const folded = foldBatchNorm(model);
  const { model: moved, kernels } = equalizeLayers(folded.model);
  const merged = mergeScales(moved);
  return { ...folded, model: withLeanTopology(merged), moved: kernels };
}

/** A graph as it is written where no scales can be moved. */
export const withScalesInPlace = (model: PackedModel): PackedModel => withLeanTopology(mergeScales(model));

function withLeanTopology(model: PackedModel): PackedModel {
  const where = 'the packed model';
  const topology = model.topology as Readonly<Record<string, unknown>>;
  if (model.kind === 'graph') {
    const constants = model.tensors.map((tensor) => ({
      ...tensor,
      dtype: tensor.encoding === 'raw' ? tensor.dtype : ('float32' as const),
    }));
    return { ...model, topology: leanGraph(topology, constants) };
  }
  return { ...model, topology: stripTopology(fuseActivations(topology, where), where) };
}
