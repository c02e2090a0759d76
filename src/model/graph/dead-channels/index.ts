import type { LoadedModel } from '../../loaded-model.js';
import { countChannels, type Removal } from '../../transforms/dead-channels/counts.js';
import { findKept } from '../../transforms/dead-channels/removable.js';
import { parseGraph } from '../graph-def.js';
import { initializerNames } from '../initializer.js';
import { signatureOutputs } from '../signature.js';
import { graphChannels, readersOf } from './graph-channels.js';
import { removeFromNodes } from './remove-channels.js';

/**
 * Removes channels from a graph's main part that have one value for every input, or that nothing uses, once.
 *
 * The outputs stay as they are; nodes in between, which tfjs also computes by name, have fewer channels.
 *
 * @returns the model itself where there is nothing to remove.
 */
export function removeFromGraph(model: LoadedModel): Removal & { readonly model: LoadedModel } {
  const { main, functions } = parseGraph(model.topology);
  const weights = new Map(model.weights.map((weight) => [weight.name, weight]));
  const channels = graphChannels(main, weights, signatureOutputs(model.metadata));
  const kept = findKept(channels.analysis, channels.outputs);
  const counts = countChannels(channels.analysis, kept);
  if (counts.removed === 0) return { model, ...counts };
  const readers = readersOf(main.nodes);
  const others = new Set([
    ...functions.flatMap(({ nodes }) => nodes.map(({ name }) => name)),
    ...initializerNames(model.metadata),
  ]);
  const uses = {
    isShared: (name: string) => readers.get(name) !== 1,
    isKnownElsewhere: (name: string) => others.has(name),
  };
  const edited = removeFromNodes({ nodes: main.nodes, weights }, channels, kept, uses);
  return {
    ...counts,
    model: {
      ...model,
      topology: { ...model.topology, node: edited.nodes },
      weights: [...edited.weights.values()],
    },
  };
}
