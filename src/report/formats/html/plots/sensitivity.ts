import { dropPoints } from '../../../drop.js';
import { formatCost } from '../../../figures.js';
import { dropUnit, isShare } from '../../../metric-scale.js';
import { labelsOf } from '../../../names.js';
import { byGain } from '../../../remedies.js';
import type { Report } from '../../../report.js';
import type { Markup } from '../markup.js';
import { type LayerDot, layerDots } from './layer-dots.js';

/** Plot of the divergence of the model's predictions when only one layer is rounded, at each width. */
export function sensitivityByLayer({ layers }: Report): Markup | null {
  const labels = labelsOf(layers);
  const measured: LayerDot[] = layers.flatMap(({ name, sensitivity }) =>
    (sensitivity ?? []).map(({ bits, alone }) => ({
      layer: labels.get(name)!,
      bits,
      value: alone.divergence,
      text: formatCost(alone.divergence),
    })),
  );
  const positive = measured.map(({ value }) => value).filter((value) => value > 0);
  if (positive.length === 0) return null;
  // A divergence of 0 has no logarithm.
  const least = Math.min(...positive) / 2;
  return layerDots({
    id: 'sensitivity',
    heading: 'Each layer alone, at each width',
    caption:
      "How far the model's answers move when only this layer is rounded: divergence from the float model's answers, a sample, on a logarithmic scale. In the order of the model.",
    dots: measured.map((dot) => ({ ...dot, value: Math.max(least, dot.value) })),
    axis: { type: 'log', label: 'divergence' },
  });
}

/** Plot of the points that each layer's return to float gains while all others stay rounded, at each width. */
export function gainByLayer({ layers, metric, sensitivity: whole }: Report): Markup | null {
  if (whole === null) return null;
  const labels = labelsOf(layers);
  const together = new Map(whole.bitWidths.map(({ bits, score }) => [bits, score.metric]));
  const dots: LayerDot[] = byGain(layers).flatMap(({ name, sensitivity }) =>
    (sensitivity ?? []).flatMap(({ bits, allBut }) => {
      const all = together.get(bits);
      if (all === undefined) return [];
      const value = dropPoints(allBut.metric, all, metric?.scale);
      return [
        { layer: labels.get(name)!, bits, value, text: `${value < 0 ? '' : '+'}${value.toFixed(1)} points` },
      ];
    }),
  );
  if (dots.length === 0) return null;
  return layerDots({
    id: 'gain',
    heading: 'All but one layer, at each width',
    caption: `What the model regains when this layer alone goes back to float, on ${whole.samples} samples. The remedy that gains most comes first.`,
    dots,
    axis: { label: isShare(whole.metric) ? 'points' : dropUnit(whole.metric) },
  });
}
