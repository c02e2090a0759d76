import { layerKindOf, outputKernelOf } from '../layers/index.js';
import { everyContainer, type LayerEntry, nameOf } from '../topology/layer-entry.js';
import { rootOf } from '../topology/root.js';
import { type Wiring, wiringOf } from '../topology/wiring.js';

/** Two kernels between which a positive factor of each channel can be moved without a change of the outputs. */
export interface ScalePair {
  /** The weight whose output channels are divided. */
  readonly from: string;
  /** Divided with it; layers that have none are named all the same. */
  readonly biases: readonly string[];
  /** The depthwise kernel whose input channels are multiplied. */
  readonly to: string;
}

/**
 * Finds each kernel that is followed by a depthwise kernel, with nothing between them but layers that are positively
 * homogeneous and read by nothing else.
 *
 * @see Nagel et al. 2019, arXiv:1906.04721, section 4.1.
 */
export function findScalePairs(topology: Readonly<Record<string, unknown>>, source: string): ScalePair[] {
  return everyContainer(rootOf(topology, source)).flatMap((container) => {
    const wiring = wiringOf(container);
    return [...wiring.layers.values()].flatMap(({ entry, inputs, calls }) => {
      const target = outputKernelOf(entry.class_name);
      // A depthwise kernel has scales along its input channels too.
      if (target?.axes.length !== 2 || calls !== 1 || !channelsLast(entry)) return [];
      const before = kernelBehind(inputs[0] ?? '', wiring);
      if (before === undefined) return [];
      const { kernel, bias } = outputKernelOf(before.class_name)!;
      const owner = nameOf(before);
      return [
        { from: `${owner}/${kernel}`, biases: [`${owner}/${bias}`], to: `${nameOf(entry)}/${target.kernel}` },
      ];
    });
  });
}

/** The layer with a kernel that a tensor comes from, all on the way being homogeneous. */
function kernelBehind(name: string, wiring: Wiring): LayerEntry | undefined {
  const layer = wiring.layers.get(name);
  if (layer === undefined || layer.calls !== 1 || wiring.outputs.has(name)) return undefined;
  const { entry, inputs } = layer;
  if (wiring.readersOf(name).length > 1 || !channelsLast(entry)) return undefined;
  const kind = layerKindOf(entry.class_name);
  if (!kind?.isHomogeneous(entry.config)) return undefined;
  if (kind.output !== null) return entry;
  return inputs.length === 1 ? kernelBehind(inputs[0]!, wiring) : undefined;
}

function channelsLast({ config }: LayerEntry): boolean {
  return !/^channels_?first$/i.test(String(config.data_format));
}
