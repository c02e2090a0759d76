import type { NamedTensor } from '../../../core/index.js';
import { outputKernelOf } from '../../layers/index.js';
import { bypassLayers } from '../../topology/bypass.js';
import { everyContainer, everyLayer, nameOf } from '../../topology/layer-entry.js';
import { ownWeights } from '../../topology/own-weights.js';
import { rootOf, withRoot } from '../../topology/root.js';
import { wiringOf } from '../../topology/wiring.js';
import type { Folding, Unfolded } from './folding.js';
import { searchFoldings } from './search.js';

export type { Folding, Unfolded } from './folding.js';

type Topology = Readonly<Record<string, unknown>>;

/**
 * Finds the BatchNorm layers that can become part of the kernel before them, which makes the same outputs but for
 * rounding: those that alone read a kernel's output as it is.
 *
 * @param topology  `modelTopology` of a layers model.
 * @param weights   At least those with one value a channel.
 * @see Jacob et al. 2018, arXiv:1712.05877, section 3.2.
 */
export function findFoldings(
  topology: Topology,
  weights: readonly NamedTensor[],
  source: string,
): { readonly foldings: readonly Folding[]; readonly unfolded: readonly Unfolded[] } {
  const root = rootOf(topology, source);
  const own = ownWeights(root, weights);
  const found = everyContainer(root).flatMap((container) => searchFoldings(wiringOf(container), own));
  return {
    foldings: found.filter((each) => 'kernel' in each),
    unfolded: found.filter((each) => 'reason' in each),
  };
}

/** The topology without those BatchNorm layers; the layers before them have a bias. */
export function withoutBatchNorm(topology: Topology, foldings: readonly Folding[], source: string): Topology {
  const root = rootOf(topology, source);
  const folded = new Set(foldings.map(({ layer }) => layer));
  const biases = new Set(foldings.map(({ bias }) => bias.name));
  for (const container of everyContainer(root)) bypassLayers(container, folded);
  for (const entry of everyLayer(root)) {
    const output = outputKernelOf(entry.class_name);
    if (output && biases.has(`${nameOf(entry)}/${output.bias}`)) entry.config.use_bias = true;
  }
  return withRoot(topology, root);
}
