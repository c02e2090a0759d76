import { checkGraph } from './graph/check-graph.js';
import type { LoadedModel } from './loaded-model.js';
import { checkLayers } from './topology/check-layers.js';
import { rootOf } from './topology/root.js';

/**
 * Checks the topology of a model that was packed: nothing in it is trusted, and tfjs would hang on some.
 *
 * @throws QgtError `bad-model` naming the layer or the node.
 */
export function checkTopology({
  kind,
  topology,
  source,
}: Pick<LoadedModel, 'kind' | 'topology' | 'source'>): void {
  if (kind === 'graph') checkGraph(topology, source);
  else checkLayers(rootOf(topology, source), source);
}
