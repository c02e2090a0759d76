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
    let previous = nameOf(entry);
    for (const each of added) {
      const source = previous;
      each.name = nameOf(each);
      each.inbound_nodes = Array.from({ length: calls }, (_, call) => [[source, call, 0, {}]]);
      previous = each.name;
    }
  }
  config.layers.splice(position, 0, ...added);
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
