import { activationLayers } from './activation-layers.js';
import { droppingLayers } from './dropping-layers.js';
import { kernelLayers } from './kernel-layers.js';
import type { LayerKind, OutputWeights } from './layer-kind.js';
import { mergingLayers } from './merging-layers.js';
import { normalizingLayers } from './normalizing-layers.js';
import { poolingLayers } from './pooling-layers.js';
import { sequenceLayers } from './sequence-layers.js';
import { shapeLayers } from './shape-layers.js';

export type { LayerKind, RandomAmount } from './layer-kind.js';

/** The kernel that makes a layer's output, with its bias. */
export interface OutputKernel extends OutputWeights {
  /** Neighbouring dimensions of the kernel that hold its output channels. */
  readonly axes: readonly number[];
}

/** Table of the known layer classes by their names in a topology; a user's own classes are not in it. */
export const layerKinds: Readonly<Record<string, LayerKind>> = {
  ...kernelLayers,
  ...activationLayers,
  ...normalizingLayers,
  ...poolingLayers,
  ...droppingLayers,
  ...mergingLayers,
  ...shapeLayers,
  ...sequenceLayers,
};

/** The entry of a layer class; undefined: the class is unknown. */
export function layerKindOf(className: string): LayerKind | undefined {
  return Object.hasOwn(layerKinds, className) ? layerKinds[className] : undefined;
}

/** The kernel that makes the output of a layer class; undefined: not a single kernel, or an unknown class. */
export function outputKernelOf(className: string): OutputKernel | undefined {
  const kind = layerKindOf(className);
  if (kind === undefined || kind.output === null) return undefined;
  return { ...kind.output, axes: kind.kernels[kind.output.kernel]! };
}
