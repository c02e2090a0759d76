import { freeName } from '../free-name.js';
import { everyContainer, isContainer, type LayerEntry, nameOf } from '../topology/layer-entry.js';
import { referencesIn } from '../topology/node-reference.js';

/** An input's shape and type, which tfjs has with the layer that reads it. */
type Input = Pick<LayerEntry['config'], 'batch_input_shape' | 'dtype'>;

/** Gives every Sequential whose input is known a layer for it: Keras 3 makes its weights by that. */
export function addInputLayers(root: LayerEntry): void {
  for (const { class_name: className, config } of everyContainer(root)) {
    const [first] = config.layers;
    if (className !== 'Sequential' || first === undefined || first.class_name === 'InputLayer') continue;
    const input = inputOf(first);
    if (input === undefined) continue;
    const taken = new Set(config.layers.map(nameOf));
    const name = freeName(`${nameOf(first)}_input`, (each) => taken.has(each));
    config.layers.unshift({ class_name: 'InputLayer', config: { ...input, name } });
  }
}

function inputOf(entry: LayerEntry): Input | undefined {
  if (!isContainer(entry)) {
    const { batch_input_shape, dtype } = entry.config;
    return batch_input_shape === undefined ? undefined : { batch_input_shape, dtype };
  }
  const { layers, input_layers: inputs } = entry.config;
  const [name] = referencesIn(inputs)[0] ?? [];
  const first = entry.class_name === 'Sequential' ? layers[0] : layers.find((each) => nameOf(each) === name);
  return first === undefined ? undefined : inputOf(first);
}
