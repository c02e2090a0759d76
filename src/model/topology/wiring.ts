import { type ContainerEntry, type LayerEntry, nameOf } from './layer-entry.js';
import { referencesIn } from './node-reference.js';

/** A layer in its model, and the layers whose outputs it reads. */
export interface WiredLayer {
  readonly entry: LayerEntry;
  /** Names, in the order of its inputs; of all its calls. */
  readonly inputs: readonly string[];
  /** Number of calls; a shared layer has more than one. */
  readonly calls: number;
}

/** Connections between the layers of a model; a nested model counts as one layer. */
export interface Wiring {
  /** By the name that references use. */
  readonly layers: ReadonlyMap<string, WiredLayer>;
  /** Layers whose output is the model's. */
  readonly outputs: ReadonlySet<string>;
  /** Names of the layers that read a layer's output. */
  readersOf(name: string): readonly string[];
}

/** Draws up the wiring of one model; the first layer of a Sequential reads nothing. */
export function wiringOf(container: ContainerEntry): Wiring {
  const { layers: entries, output_layers: ends } = container.config;
  const sequential = container.class_name === 'Sequential';
  const layers = new Map<string, WiredLayer>();
  for (const [index, entry] of entries.entries()) {
    const name = entry.name ?? nameOf(entry);
    const before = entries[index - 1];
    const nodes = entry.inbound_nodes ?? [];
    layers.set(
      name,
      sequential
        ? { entry, inputs: before === undefined ? [] : [before.name ?? nameOf(before)], calls: 1 }
        : { entry, inputs: referencesIn(nodes).map(([source]) => source), calls: nodes.length },
    );
  }
  const readers = new Map<string, string[]>();
  for (const [name, { inputs }] of layers) {
    for (const input of inputs) readers.set(input, [...(readers.get(input) ?? []), name]);
  }
  const last = [...layers.keys()].slice(-1);
  return {
    layers,
    outputs: new Set(sequential ? last : referencesIn(ends).map(([name]) => name)),
    readersOf: (name) => readers.get(name) ?? [],
  };
}
