import { formatDecibels } from '../../../figures.js';
import { FLOAT_BITS } from '../../../float-bits.js';
import { labelsOf } from '../../../names.js';
import type { Report } from '../../../report.js';
import type { Markup } from '../markup.js';
import { layerDots } from './layer-dots.js';

/** Plot of the noise of each layer's output, for a report that has no sensitivity. */
export function noiseByLayer({ layers, sensitivity }: Report): Markup | null {
  if (sensitivity !== null) return null;
  const labels = labelsOf(layers);
  const dots = layers.flatMap(({ name, bits, outputSqnrDb: value }) =>
    bits < FLOAT_BITS && value !== null
      ? [{ layer: labels.get(name)!, bits, value, text: `${formatDecibels(value)} dB` }]
      : [],
  );
  if (dots.length === 0) return null;
  return layerDots({
    id: 'noise',
    heading: 'Signal to noise of each layer',
    caption:
      'Of its output, from its own error: 10 dB are noise of a third of the signal, 20 dB of a tenth. In the order of the model.',
    dots,
    axis: { label: 'dB' },
  });
}
