import { freeName } from '../free-name.js';
import { type ContainerEntry, type LayerEntry, nameOf } from './layer-entry.js';
import { referencesIn } from './node-reference.js';

/**
 * Puts layers behind another one, in every place where that one is called.
 *
 * @param added  In their order; one whose name is taken gets a number behind it.
 */
export function insertAfter(
  container: ContainerEntry,
  entry: LayerEntry,
  added: readonly LayerEntry[],
): void {
  const { config } = container;
  const position = config.layers.indexOf(entry) + 1;
  const last = added.at(-1);
  if (last === undefined) return;
  giveFreeNames(container, added);
  if (container.class_name !== 'Sequential') {
    const calls = entry.inbound_nodes?.length ?? 0;
    redirect(container, nameOf(entry), nameOf(last));
    let previous = entry;
    for (const each of added) {
      each.name = nameOf(each);
      each.inbound_nodes = callsOf(previous, calls);
      previous = each;
    }
  }
  config.layers.splice(position, 0, ...added);
}

/**
 * Puts layers in front of another one, in every place where that one is called.
 *
 * @param entry  With one input.
 * @param added  In their order; one whose name is taken gets a number behind it.
 */
export function insertBefore(
  container: ContainerEntry,
  entry: LayerEntry,
  added: readonly LayerEntry[],
): void {
  const { class_name: className, config } = container;
  const [first] = added;
  const last = added.at(-1);
  if (first === undefined || last === undefined) return;
  giveFreeNames(container, added);
  config.layers.splice(config.layers.indexOf(entry), 0, ...added);
  if (className === 'Sequential') {
    const { batch_input_shape: shape, ...rest } = entry.config;
    entry.config = rest;
    if (shape !== undefined) first.config.batch_input_shape = shape;
    return;
  }
  const calls = entry.inbound_nodes ?? [];
  for (const [index, each] of added.entries()) {
    const before = added[index - 1];
    each.name = nameOf(each);
    each.inbound_nodes = before === undefined ? calls : callsOf(before, calls.length);
  }
  entry.inbound_nodes = callsOf(last, calls.length);
}

function giveFreeNames({ config: { layers } }: ContainerEntry, added: readonly LayerEntry[]): void {
  const taken = new Set(layers.map(nameOf));
  for (const each of added) {
    each.config.name = freeName(nameOf(each), (name) => taken.has(name));
    taken.add(nameOf(each));
  }
}

/** Calls of a layer with the outputs of the calls of another. */
function callsOf(source: LayerEntry, count: number): unknown[] {
  return Array.from({ length: count }, (_, call) => [[nameOf(source), call, 0, {}]]);
}

function redirect({ config }: ContainerEntry, from: string, to: string): void {
  const renamed = (value: unknown): unknown[] =>
    referencesIn(value).map(([layer, node, tensor]) => [layer === from ? to : layer, node, tensor]);
  for (const layer of config.layers) {
    layer.inbound_nodes = (layer.inbound_nodes ?? []).map((node) =>
      renamed(node).map((reference) => [...(reference as unknown[]), {}]),
    );
  }
  config.output_layers = renamed(config.output_layers);
}
