import { type ContainerEntry, isContainer, type LayerEntry, nameOf } from '../topology/layer-entry.js';
import { type NodeReference, referencesIn } from '../topology/node-reference.js';

/**
 * Puts the layers of a model, and of models in it, in the order that Keras 3 gives them when it makes the model: by their
 * distance from the outputs, and then as a walk from the outputs finds them. Its archive numbers them in this order.
 *
 * Layers that no output needs are no part of the model and are left out.
 */
export function orderLayers(entry: LayerEntry): void {
  if (!isContainer(entry)) {
    const { layer } = entry.config;
    if (isEntry(layer)) orderLayers(layer);
    return;
  }
  for (const each of entry.config.layers) orderLayers(each);
  if (entry.class_name !== 'Sequential') entry.config.layers = inOrder(entry);
}

const isEntry = (value: unknown): value is LayerEntry =>
  typeof value === 'object' && value !== null && 'class_name' in value && 'config' in value;

/** A call of a layer, and the calls whose outputs it reads. */
interface Call {
  readonly entry: LayerEntry;
  readonly reads: readonly Call[];
}

function inOrder({ config }: ContainerEntry): LayerEntry[] {
  const ends = referencesIn(config.output_layers);
  const { finished, found } = walk(config.layers, ends);
  const depths = depthsOf(finished);
  for (const [name] of referencesIn(config.input_layers)) {
    const input = config.layers.find((each) => nameOf(each) === name);
    if (input === undefined || depths.has(input)) continue;
    depths.set(input, 0);
    found.set(input, -1);
  }
  return [...depths.keys()].sort((a, b) => depths.get(b)! - depths.get(a)! || found.get(a)! - found.get(b)!);
}

/** The calls that outputs need, each after those that it reads, and when the walk first came to each layer. */
function walk(layers: readonly LayerEntry[], ends: readonly NodeReference[]) {
  const entries = new Map(layers.map((entry) => [nameOf(entry), entry]));
  const finished = new Map<string, Call>();
  const found = new Map<LayerEntry, number>();
  const visit = ([name, node]: NodeReference): Call => {
    const key = JSON.stringify([name, node]);
    const known = finished.get(key);
    if (known !== undefined) return known;
    const entry = entries.get(name)!;
    if (!found.has(entry)) found.set(entry, found.size);
    // In tfjs a model's own graph is its call 0.
    const read = entry.inbound_nodes?.[isContainer(entry) ? node - 1 : node];
    const call = { entry, reads: referencesIn(read).map(visit) };
    finished.set(key, call);
    return call;
  };
  for (const end of ends) visit(end);
  return { finished: [...finished.values()], found };
}

/** Longest way from each layer to an output. */
function depthsOf(finished: readonly Call[]): Map<LayerEntry, number> {
  const ofCalls = new Map<Call, number>();
  const ofLayers = new Map<LayerEntry, number>();
  for (const call of finished.toReversed()) {
    const depth = Math.max(ofCalls.get(call) ?? 0, ofLayers.get(call.entry) ?? 0);
    ofCalls.set(call, depth);
    ofLayers.set(call.entry, depth);
    for (const each of call.reads) ofCalls.set(each, Math.max(ofCalls.get(each) ?? 0, depth + 1));
  }
  return ofLayers;
}
