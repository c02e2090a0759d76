import type { LayerReport, Remedy } from './layer-report.js';

const LEVELS = { bottleneck: 2, watch: 1, none: 0 } as const;

/** The remedy to try first; none where a layer needs none. */
export function firstRemedy({ verdict }: Pick<LayerReport, 'verdict'>): Remedy | undefined {
  return verdict?.remedies[0];
}

/** The quantized layers, those whose first remedy gains most before the others; else as in the model. */
export function byGain<Layer extends Pick<LayerReport, 'bits' | 'verdict'>>(
  layers: readonly Layer[],
): Layer[] {
  const gain = (layer: Layer) => firstRemedy(layer)?.gainPoints ?? Number.NEGATIVE_INFINITY;
  const level = ({ verdict }: Layer) => LEVELS[verdict?.level ?? 'none'];
  const rank = ({ verdict }: Layer) => verdict?.rank ?? Number.POSITIVE_INFINITY;
  const byNumber = (a: number, b: number) => (a === b ? 0 : a - b);
  return layers
    .filter(({ bits }) => bits < 32)
    .toSorted(
      (a, b) => byNumber(gain(b), gain(a)) || byNumber(level(b), level(a)) || byNumber(rank(a), rank(b)),
    );
}
