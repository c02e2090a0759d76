import { type ContainerEntry, nameOf } from './layer-entry.js';
import { isReference } from './node-reference.js';
import { wiringOf } from './wiring.js';

/** Takes layers with one input out of a model, in place: what read them reads the layer before. */
export function bypassLayers(container: ContainerEntry, layers: ReadonlySet<string>): void {
  const { config } = container;
  for (const [name, { entry, inputs }] of wiringOf(container).layers) {
    if (!layers.has(nameOf(entry))) continue;
    config.layers = config.layers.filter((each) => each !== entry);
    if (container.class_name === 'Sequential') continue;
    for (const each of config.layers)
      each.inbound_nodes = redirected(each.inbound_nodes ?? [], name, inputs[0]!) as unknown[];
  }
}

/** References to one layer become references to another; whatever else a call is given stays. */
function redirected(value: unknown, from: string, to: string): unknown {
  if (isReference(value)) return value[0] === from ? [to, ...(value as unknown[]).slice(1)] : value;
  return Array.isArray(value) ? value.map((each) => redirected(each, from, to)) : value;
}
