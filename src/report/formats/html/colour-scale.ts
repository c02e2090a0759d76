import { formatCost, formatDecibels } from '../../figures.js';
import type { LayerReport } from '../../layer-report.js';

/** Figure that sets the colours of a report's layers: the most informative one that was measured. */
export interface ColourScale {
  /** For a legend. */
  readonly what: string;
  /** Level from 1, the smallest figure, to `COLOUR_LEVELS`; null where it was not measured. */
  level(layer: LayerReport): number | null;
  text(layer: LayerReport): string;
}

export const COLOUR_LEVELS = 5;

/** A figure measured for each layer: larger is worse; null where it was not measured. */
type Measure = Omit<ColourScale, 'level'> & { of(layer: LayerReport): number | null };

/**
 * Sensitivity of all layers at one width, so that they can be compared: the measured width closest to the one
 * that most layers have.
 */
function sensitivityAt(layers: readonly LayerReport[]): Measure | null {
  const measured = new Set(layers.flatMap(({ sensitivity }) => (sensitivity ?? []).map(({ bits }) => bits)));
  const having = (width: number) => layers.filter((layer) => layer.bits === width).length;
  const usual = layers.reduce((most, { bits: own }) => (having(own) > having(most) ? own : most), 0);
  const [bits] = [...measured].sort((a, b) => Math.abs(a - usual) - Math.abs(b - usual) || a - b);
  if (bits === undefined) return null;
  const of = ({ sensitivity }: LayerReport) =>
    sensitivity?.find((each) => each.bits === bits)?.alone.divergence ?? null;
  return {
    what: `what rounding it alone to ${bits} bits does to the answers`,
    of,
    text: (layer) => {
      const value = of(layer);
      return value === null ? '' : formatCost(value);
    },
  };
}

const outputNoise: Measure = {
  what: 'the noise that rounding adds to its output',
  of: ({ outputSqnrDb }) => (outputSqnrDb === null ? null : 10 ** (-outputSqnrDb / 10)),
  text: ({ outputSqnrDb }) => (outputSqnrDb === null ? '' : `${formatDecibels(outputSqnrDb)} dB`),
};

/** Colours by sensitivity where it was measured, else by the noise of the outputs, in fifths. */
export function colourScaleOf(layers: readonly LayerReport[]): ColourScale {
  const measured = sensitivityAt(layers) ?? outputNoise;
  const rising = layers.flatMap((layer) => measured.of(layer) ?? []).sort((a, b) => a - b);
  return {
    what: measured.what,
    text: measured.text,
    level: (layer) => {
      const value = measured.of(layer);
      if (value === null) return null;
      return 1 + Math.floor((rising.indexOf(value) / rising.length) * COLOUR_LEVELS);
    },
  };
}
