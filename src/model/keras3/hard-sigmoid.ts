import type { NamedTensor } from '../../core/index.js';
import { outputKernelOf } from '../layers/index.js';
import { insertBefore } from '../topology/insertion.js';
import { everyContainer, everyLayer, type LayerEntry, nameOf } from '../topology/layer-entry.js';
import { unsupported } from './translate.js';

/** Slope of `hard_sigmoid` in tfjs and Keras 2, 1/5, in units of that in Keras 3, 1/6. */
const FACTOR = 1.2;
const HARD_SIGMOID = 'hard_sigmoid';

/** By class: how many gates lie side by side in a weight, and which of them `recurrent_activation` is for. */
const GATES: Readonly<Record<string, { readonly count: number; readonly recurrent: readonly number[] }>> = {
  LSTM: { count: 4, recurrent: [0, 1, 3] },
  LSTMCell: { count: 4, recurrent: [0, 1, 3] },
  ConvLSTM2D: { count: 4, recurrent: [0, 1, 3] },
  GRU: { count: 3, recurrent: [0, 1] },
  GRUCell: { count: 3, recurrent: [0, 1] },
};

/**
 * Gives layers that are a `hard_sigmoid` a `Rescaling` in front, as the one of Keras 3 rises less steeply.
 *
 * @param root  Of Keras 3's classes; it is changed in place.
 * @throws QgtError `unsupported-layer` for one that is wrapped.
 */
export function rescaleHardSigmoids(root: LayerEntry): string[] {
  const changed: string[] = [];
  for (const container of everyContainer(root)) {
    for (const entry of container.config.layers.filter(isHardSigmoid)) {
      const name = `${nameOf(entry)}_rescaling`;
      insertBefore(container, entry, [
        { class_name: 'Rescaling', config: { name, scale: FACTOR, offset: 0 } },
      ]);
      changed.push(nameOf(entry));
    }
  }
  const inContainers = everyContainer(root).flatMap(({ config }) => config.layers);
  const wrapped = [...everyLayer(root)].find(
    (entry) => isHardSigmoid(entry) && !inContainers.includes(entry),
  );
  if (wrapped !== undefined) throw unsupported(wrapped, "Keras 3's hard_sigmoid differs from that of tfjs");
  return changed;
}

const isHardSigmoid = ({ class_name: className, config }: LayerEntry): boolean =>
  className === 'Activation' && config.activation === HARD_SIGMOID;

/**
 * Scales what goes into a layer's `hard_sigmoid`, so that the one of Keras 3 gives what that of tfjs does.
 *
 * @param own  The weight's name in its layer.
 * @returns the tensor itself where the layer has none.
 * @throws QgtError `unsupported-layer` for a gated layer that has it for its state.
 */
export function scaledForKeras3(entry: LayerEntry, own: string, tensor: NamedTensor): NamedTensor {
  const { class_name: className, config } = entry;
  const gates = Object.hasOwn(GATES, className) ? GATES[className] : undefined;
  const values = tensor.values as Float32Array;
  if (gates !== undefined) {
    if (config.activation === HARD_SIGMOID)
      throw unsupported(entry, "Keras 3's hard_sigmoid differs from that of tfjs");
    if (config.recurrent_activation !== HARD_SIGMOID) return tensor;
    const columns = tensor.shape.at(-1)!;
    const gateOf = (index: number): number => Math.floor(((index % columns) * gates.count) / columns);
    return {
      ...tensor,
      values: values.map((value, index) =>
        gates.recurrent.includes(gateOf(index)) ? value * FACTOR : value,
      ),
    };
  }
  if (config.activation !== HARD_SIGMOID) return tensor;
  const output = outputKernelOf(className);
  const isScaled = output === undefined || own === output.kernel || own === output.bias;
  return isScaled ? { ...tensor, values: values.map((value) => value * FACTOR) } : tensor;
}

/** Layers whose weights are scaled for their `hard_sigmoid`. */
export function isScaled({ class_name: className, config }: LayerEntry): boolean {
  return (
    className !== 'Activation' &&
    (config.activation === HARD_SIGMOID || config.recurrent_activation === HARD_SIGMOID)
  );
}
