import { type Context, unsupported } from './context.js';
import { everyLayer, type LayerEntry, wrappedIn } from './layer-entry.js';

/**
 * Checks recurrent layers for what tfjs computes differently, and names a Bidirectional's layer as tfjs expects it.
 *
 * @throws QgtError `unsupported-layer` for `GRU(reset_after=True)`, `time_major` and a backward layer of its own.
 */
export function adaptRecurrent(root: LayerEntry, context: Context): void {
  for (const entry of everyLayer(root)) {
    const { class_name: className, config } = entry;
    if (className === 'GRU' || className === 'GRUCell') refuseResetAfter(entry, context);
    if (config.time_major === true) throw unsupported(entry, context, 'time_major=True is not in tfjs');
    if (className === 'Bidirectional') adaptBidirectional(entry, context);
  }
}

function refuseResetAfter(entry: LayerEntry, context: Context): void {
  // Left out, it means True since TensorFlow 2; Keras before 2.3 never wrote it.
  if (
    entry.config.reset_after !== true &&
    !(entry.config.reset_after === undefined && context.dialect === 'keras3')
  )
    return;
  throw unsupported(
    entry,
    context,
    'reset_after=True (the default of TensorFlow 2) is not in tfjs',
    'train it with GRU(reset_after=False), or convert the model as a graph model',
  );
}

function adaptBidirectional(entry: LayerEntry, context: Context): void {
  const [forward] = wrappedIn(entry);
  const backward = entry.config.backward_layer as LayerEntry | undefined | null;
  if (forward === undefined) throw unsupported(entry, context, 'it wraps no layer');
  if (backward !== undefined && backward !== null) {
    if (!mirrors(forward, backward))
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
