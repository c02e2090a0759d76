import { type Context, unsupported } from './context.js';
import { insertAfter } from './insertion.js';
import { everyContainer, everyLayer, type LayerEntry, nameOf } from './layer-entry.js';

const POOLING = /^Global(Average|Max)Pooling([12])D$/;

/**
 * Gives global pooling with `keepdims=True`, which tfjs passes over, its dimensions of size 1 back.
 *
 * They are repeated once rather than reshaped, as a reshape would have to know the number of channels.
 *
 * @throws QgtError `unsupported-layer` where the channels come first or the layer is wrapped.
 */
export function keepPooledDimensions(root: LayerEntry, context: Context): void {
  for (const container of everyContainer(root)) {
    for (const entry of [...container.config.layers]) {
      const dimensions = POOLING.exec(entry.class_name)?.[2];
      if (dimensions === undefined || entry.config.keepdims !== true) continue;
      if (entry.config.data_format === 'channels_first') {
        throw unsupported(entry, context, 'keepdims=True with channels_first is not in tfjs-layers');
      }
      delete entry.config.keepdims;
      const name = nameOf(entry);
      const rows = repeatOnce(`${name}_keepdims`);
      const columns = {
        class_name: 'TimeDistributed',
        config: { name: `${name}_keepdims_2d`, layer: repeatOnce(`${name}_keepdims_1d`) },
      };
      insertAfter(container, entry, dimensions === '1' ? [rows] : [rows, columns]);
      context.notes.add(`${name}: keepdims=True became layers of their own`);
    }
  }
  for (const entry of everyLayer(root)) {
    if (POOLING.test(entry.class_name) && entry.config.keepdims === true) {
      throw unsupported(entry, context, 'keepdims=True in a wrapped layer is not in tfjs-layers');
    }
  }
}

function repeatOnce(name: string): LayerEntry {
  return { class_name: 'RepeatVector', config: { n: 1, name } };
}
