import { layerKindOf } from '../layers/index.js';
import { type Context, unsupported } from './context.js';
import { insertBefore } from './insertion.js';
import { everyContainer, everyLayer, type LayerEntry, nameOf } from './layer-entry.js';
import { type Wiring, wiringOf } from './wiring.js';

/**
 * Writes a causal Conv1D, which tfjs-layers has the name of but can't compute, as one without padding behind zeros.
 *
 * tfjs pads images only, so that the steps become the rows of one for that.
 *
 * @throws QgtError `unsupported-layer` where it is wrapped, its channels come first or its kernel is not there.
 */
export function writeCausalConvolutions(
  root: LayerEntry,
  context: Pick<Context, 'source' | 'weights' | 'notes'>,
): void {
  for (const container of everyContainer(root)) {
    const wiring = wiringOf(container);
    const found = [...wiring.layers].filter(([, { entry }]) => isCausal(entry));
    const read = found.map(([name, { entry }]) => ({ entry, steps: stepsRead(name, wiring) }));
    for (const { entry, steps } of read) {
      insertBefore(container, entry, zerosBefore(entry, steps, context));
      entry.config.padding = 'valid';
      context.notes.add(
        `${nameOf(entry)}: padding='causal', which tfjs can't compute, became layers of their own`,
      );
    }
  }
  for (const entry of everyLayer(root)) {
    if (isCausal(entry))
      throw unsupported(entry, context, "padding='causal' in a wrapped layer is not in tfjs-layers");
  }
}

function isCausal({ class_name: className, config }: LayerEntry): boolean {
  return className === 'Conv1D' && config.padding === 'causal';
}

/** @param steps  Of what it reads; null where they can't be told. */
function zerosBefore(
  entry: LayerEntry,
  steps: number | null,
  context: Pick<Context, 'source' | 'weights'>,
): LayerEntry[] {
  const name = nameOf(entry);
  const kernel = context.weights.find((weight) => weight.name === `${name}/kernel`);
  const [size, channels] = kernel?.shape ?? []; // [window, in, out]
  if (size === undefined || channels === undefined || entry.config.data_format === 'channels_first')
    throw unsupported(
      entry,
      context,
      "padding='causal' with channels_first or without a kernel is not in tfjs-layers",
    );
  const zeros = (size - 1) * Number([entry.config.dilation_rate ?? 1].flat()[0]);
  const layer = (className: string, what: string, config: object): LayerEntry => ({
    class_name: className,
    config: { name: `${name}_causal_${what}`, ...config },
  });
  return [
    layer('Reshape', 'rows', { target_shape: [steps ?? -1, 1, channels] }),
    layer('ZeroPadding2D', 'zeros', {
      padding: [
        [zeros, 0],
        [0, 0],
      ],
      data_format: 'channels_last',
    }),
    layer('Reshape', 'steps', { target_shape: [steps === null ? -1 : steps + zeros, channels] }),
  ];
}

/** How many steps a layer reads, as far as inputs, causal convolutions and layers that keep them tell; else null. */
function stepsRead(name: string, wiring: Wiring): number | null {
  const { entry, inputs } = wiring.layers.get(name)!;
  const [before] = inputs;
  if (before !== undefined) return stepsMade(before, wiring);
  const { batch_input_shape: shape } = entry.config;
  return Array.isArray(shape) && typeof shape[1] === 'number' ? shape[1] : null;
}

function stepsMade(name: string, wiring: Wiring): number | null {
  const { entry } = wiring.layers.get(name)!;
  const steps = stepsRead(name, wiring);
  if (steps !== null && isCausal(entry))
    return Math.ceil(steps / Number([entry.config.strides ?? 1].flat()[0]));
  return layerKindOf(entry.class_name)?.rank === 'same' ? steps : null;
}
