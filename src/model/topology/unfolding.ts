import { layerKindOf } from '../layers/index.js';
import { type ContainerEntry, isContainer, type LayerEntry, nameOf, wrappedIn } from './layer-entry.js';
import { referencesIn } from './node-reference.js';

/** One call of a layer in a topology whose models inside were unfolded, on numbered values. */
export interface TopologyCall {
  readonly entry: LayerEntry;
  /** The layer that its weights are named after, and that may have its input's shape: for a wrapped one the wrapper. */
  readonly owner: LayerEntry;
  /** How many wrappers are around it, each of which takes the dimension of its steps off. */
  readonly wrappers: number;
  /** The values that it reads; none for an input of the model. */
  readonly inputs: readonly number[];
  /** Its first output; no call makes the others, as nothing is known of them. */
  readonly output: number;
}

/** The calls of a model in an order in which they can be run, and the values that are its outputs. */
export interface UnfoldedTopology {
  readonly calls: readonly TopologyCall[];
  readonly outputs: readonly number[];
}

/** Where a model or a layer is called from. */
type Place = Pick<TopologyCall, 'wrappers' | 'inputs'> & { readonly wrapper?: LayerEntry };

/**
 * Unfolds a topology; models in it, also in a TimeDistributed, become the calls that they consist of.
 *
 * @param root  Its references must have been checked.
 */
export function unfoldTopology(root: ContainerEntry): UnfoldedTopology {
  const calls: TopologyCall[] = [];
  let values = 0;
  const callLayer = (entry: LayerEntry, place: Place): number[] => {
    if (isContainer(entry)) return callModel(entry, place);
    const { wrappers, inputs, wrapper: owner = entry } = place;
    const wrapped = wrappedLayer(entry);
    // The shape that a wrapper has for what it reads is its own, not one of a model's layers.
    const hidden = isContainer(wrapped ?? entry) && inputs.length > 0 && hasInputShape(owner);
    if (wrapped !== undefined && !hidden)
      return callLayer(wrapped, { wrappers: wrappers + 1, inputs, wrapper: owner }).slice(0, 1);
    calls.push({ entry, owner, wrappers, inputs, output: values });
    return [values++];
  };
  const callModel = (model: ContainerEntry, { wrappers, inputs }: Place): number[] => {
    const call = (entry: LayerEntry, read: readonly number[]) => callLayer(entry, { wrappers, inputs: read });
    return model.class_name === 'Sequential'
      ? model.config.layers.reduce((read: readonly number[], entry) => call(entry, read), inputs).slice()
      : callFunctional(model, inputs, call, () => values++);
  };
  return { outputs: callModel(root, { wrappers: 0, inputs: [] }), calls };
}

/** The layer that a wrapper calls with every step; undefined for all else. */
function wrappedLayer(entry: LayerEntry): LayerEntry | undefined {
  return layerKindOf(entry.class_name)?.wraps.length === 1 ? wrappedIn(entry)[0] : undefined;
}

function hasInputShape({ config }: LayerEntry): boolean {
  return config.batch_input_shape !== undefined;
}

function callFunctional(
  { config }: ContainerEntry,
  inputs: readonly number[],
  call: (entry: LayerEntry, read: readonly number[]) => readonly number[],
  unknown: () => number,
): number[] {
  /** Outputs of the calls of each layer so far. */
  const made = new Map<string, (readonly number[])[]>();
  const entries = new Map(config.layers.map((entry) => [entry.name ?? nameOf(entry), entry]));
  for (const [index, [name]] of referencesIn(config.input_layers).entries())
    made.set(name, [call(entries.get(name)!, inputs.slice(index, index + 1))]);
  const outputsOf = (name: string, node: number): readonly number[] | undefined =>
    made.get(name)?.[node - (isContainer(entries.get(name)!) ? 1 : 0)]; // a model's own graph is its node 0
  let waiting = [...entries].flatMap(([name, { inbound_nodes: nodes = [] }]) =>
    nodes.map((node) => ({ name, reads: referencesIn(node) })),
  );
  for (let before = Number.POSITIVE_INFINITY; waiting.length < before; ) {
    before = waiting.length;
    waiting = waiting.filter(({ name, reads }) => {
      if (reads.some(([source, node]) => outputsOf(source, node) === undefined)) return true;
      const read = reads.map(([source, node, tensor]) => outputsOf(source, node)![tensor] ?? unknown());
      made.set(name, [...(made.get(name) ?? []), call(entries.get(name)!, read)]);
      return false;
    });
  }
  return referencesIn(config.output_layers).map(
    ([name, node, tensor]) => outputsOf(name, node)?.[tensor] ?? unknown(),
  );
}
