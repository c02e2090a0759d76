import { isKerasObject } from './class-names.js';
import { type Context, unsupported } from './context.js';
import { insertAfter } from './insertion.js';
import { everyContainer, everyLayer, type LayerEntry, nameOf } from './layer-entry.js';

/** Names that Keras 3 prefers, as tfjs has them. */
const SYNONYMS: Readonly<Record<string, string>> = { silu: 'swish' };

/** Activations that tfjs has as layers only. */
const AS_LAYERS: Readonly<Record<string, () => Pick<LayerEntry, 'class_name' | 'config'>>> = {
  leaky_relu: () => ({ class_name: 'LeakyReLU', config: { alpha: 0.2 } }),
};

const LAYER_KEYS = ['activation', 'recurrent_activation'] as const;

/**
 * Puts activations as tfjs names them; one that tfjs has as a layer only follows the layer that names it.
 *
 * @throws QgtError `unsupported-layer` for Keras 3's `hard_sigmoid`, which is another function under tfjs's name.
 */
export function adaptActivations(root: LayerEntry, context: Context): void {
  for (const entry of everyLayer(root)) {
    for (const key of LAYER_KEYS) {
      const name = plainName(entry.config[key]);
      if (name !== undefined) entry.config[key] = SYNONYMS[name] ?? name;
      if (name === 'hard_sigmoid' && context.dialect === 'keras3') {
        throw unsupported(
          entry,
          context,
          "Keras 3's hard_sigmoid (relu6(x + 3) / 6) is not in tfjs, whose own differs",
        );
      }
    }
  }
  for (const container of everyContainer(root)) {
    for (const entry of [...container.config.layers]) {
      const after = layerFor(entry.config.activation);
      if (after === undefined) continue;
      entry.config.activation = 'linear';
      const name = `${nameOf(entry)}_${after.class_name.toLowerCase()}`;
      const layer = { class_name: after.class_name, config: { ...after.config, name } };
      insertAfter(container, entry, [layer]);
      context.notes.add(`${nameOf(entry)}: its activation became the layer ${nameOf(layer)}`);
    }
  }
}

/** A function of Keras is a name, or an object with the name inside. */
function plainName(value: unknown): string | undefined {
  if (typeof value === 'string') return value.split('>').at(-1)!;
  if (typeof value !== 'object' || value === null) return undefined;
  const { class_name: className, config } = value as Record<string, unknown>;
  return className === 'function' && typeof config === 'string' ? config : undefined;
}

function layerFor(activation: unknown): Pick<LayerEntry, 'class_name' | 'config'> | undefined {
  if (typeof activation === 'string')
    return Object.hasOwn(AS_LAYERS, activation) ? AS_LAYERS[activation]!() : undefined;
  return isKerasObject(activation)
    ? { class_name: activation.class_name, config: activation.config }
    : undefined;
}
