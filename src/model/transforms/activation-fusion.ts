import { layerKindOf, outputKernelOf } from '../layers/index.js';
import { bypassLayers } from '../topology/bypass.js';
import { everyContainer, type LayerEntry, nameOf } from '../topology/layer-entry.js';
import { rootOf, withRoot } from '../topology/root.js';
import { type Wiring, wiringOf } from '../topology/wiring.js';

type Topology = Readonly<Record<string, unknown>>;

/**
 * Makes activation layers part of the dense layer or convolution before them, where nothing else reads its output: a
 * shorter topology, and backends with fused kernels compute both at once.
 */
export function fuseActivations(topology: Topology, source: string): Topology {
  const root = rootOf(topology, source);
  for (const container of everyContainer(root)) {
    const wiring = wiringOf(container);
    const fused = new Set<string>();
    for (const name of wiring.layers.keys()) {
      const activation = activationOf(wiring.layers.get(name)!.entry);
      const before = activation === null ? null : linearLayerBefore(name, wiring);
      if (before === null) continue;
      before.config.activation = activation;
      fused.add(nameOf(wiring.layers.get(name)!.entry));
    }
    bypassLayers(container, fused);
  }
  return withRoot(topology, root);
}

/** The activation that a layer is; null for other layers. */
function activationOf({ class_name: className, config }: LayerEntry): string | null {
  return layerKindOf(className)?.fusesAs(config) ?? null;
}

/** The layer that an activation can become a part of; null where there is none. */
function linearLayerBefore(name: string, wiring: Wiring): LayerEntry | null {
  const { inputs, calls } = wiring.layers.get(name)!;
  const [source = ''] = inputs;
  const before = wiring.layers.get(source);
  // An output is known by its layer's name.
  if (before === undefined || wiring.outputs.has(name) || wiring.outputs.has(source)) return null;
  if (calls !== 1 || before.calls !== 1 || wiring.readersOf(source).length > 1) return null;
  const { activation = null } = before.entry.config;
  const linear = activation === null || activation === 'linear';
  return linear && outputKernelOf(before.entry.class_name) !== undefined ? before.entry : null;
}
