import { type Context, unsupported } from './context.js';
import { everyLayer, type LayerEntry, nameOf, wrappedIn } from './layer-entry.js';

/**
 * Checks recurrent layers for what tfjs computes differently, and names a Bidirectional's layer as tfjs expects it.
 *
 * @throws QgtError `unsupported-layer` for `time_major` and a backward layer of its own.
 */
export function adaptRecurrent(root: LayerEntry, context: Context): void {
  for (const entry of everyLayer(root)) {
    const { class_name: className, config } = entry;
    // Left out, it means True since TensorFlow 2; Keras before 2.3 never wrote it.
    if (isGru(entry) && context.dialect === 'keras3') config.reset_after ??= true;
    if (config.time_major === true) throw unsupported(entry, context, 'time_major=True is not in tfjs');
    if (className === 'Bidirectional') adaptBidirectional(entry, context);
  }
}

/** Says of GRU layers that stock tfjs refuses how to load them all the same; nothing where there are none. */
export function notesOnResetAfter(root: LayerEntry): string[] {
  const names = [...everyLayer(root)]
    .filter((entry) => isGru(entry) && entry.config.reset_after === true)
    .map(nameOf);
  return names.length === 0
    ? []
    : [
        `${names.join(', ')}: stock tfjs refuses GRU layers with reset_after=True; call registerLayers(tf) of qgt/layers before you load the model`,
      ];
}

const isGru = ({ class_name: className }: LayerEntry): boolean => /^GRU(Cell)?$/.test(className);

function adaptBidirectional(entry: LayerEntry, context: Context): void {
  const [forward, backward] = wrappedIn(entry);
  if (forward === undefined) throw unsupported(entry, context, 'it wraps no layer');
  if (entry.config.backward_layer !== undefined && entry.config.backward_layer !== null) {
    if (backward === undefined || !mirrors(forward, backward))
      throw unsupported(entry, context, 'its backward layer differs from its forward layer');
    delete entry.config.backward_layer;
  }
  // tfjs puts the prefix in front itself; Keras 3 has written it into the name.
  const name = forward.config.name;
  if (context.dialect === 'keras3' && typeof name === 'string')
    forward.config.name = name.replace(/^forward_/, '');
}

function mirrors(forward: LayerEntry, backward: LayerEntry): boolean {
  const same = ['units', 'filters', 'activation', 'recurrent_activation', 'use_bias', 'return_sequences'];
  return (
    forward.class_name === backward.class_name &&
    same.every((key) => JSON.stringify(forward.config[key]) === JSON.stringify(backward.config[key])) &&
    (forward.config.go_backwards === true) !== (backward.config.go_backwards === true)
  );
}
