import { type ContainerEntry, type LayerEntry, nameOf } from './layer-entry.js';
import { referencesIn } from './node-reference.js';

/**
 * Puts layers behind another one, in every place where that one is called.
 *
 * @param added  In their order; their names must be new.
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
 * @param added  In their order; their names must be new.
 */
export function insertBefore(
  { class_name: className, config }: ContainerEntry,
  entry: LayerEntry,
  added: readonly LayerEntry[],
): void {
  const [first] = added;
  const last = added.at(-1);
  if (first === undefined || last === undefined) return;
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
