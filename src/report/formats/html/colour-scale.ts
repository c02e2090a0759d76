import { formatCost, formatDecibels } from '../../figures.js';
import type { LayerReport } from '../../layer-report.js';

/** Figure that sets the colours of a report's layers: the most informative one that was measured. */
export interface ColourScale {
  /** For a legend. */
  readonly what: string;
  /** Level from 1, the smallest figure, to `COLOUR_LEVELS`; null where it was not measured. */
  level(layer: LayerReport): number | null;
  text(layer: LayerReport): string;
  /** The levels that layers have, each with the figures that it covers. */
  readonly legend: readonly { readonly level: number; readonly text: string }[];
}

export const COLOUR_LEVELS = 5;

/** A figure measured for each layer: larger is worse; null where it was not measured. */
interface Measure {
  readonly what: string;
  of(layer: LayerReport): number | null;
  /** The layer's figure, as its node has it. */
  text(layer: LayerReport): string;
  /** A value, as the legend has it. */
  format(value: number): string;
}

/** Sensitivity of each layer at its own width, or at the measured one closest to it, which is said. */
const sensitivity: Measure = {
  what: 'what rounding it alone, to its own bits, does to the answers (divergence)',
  of: (layer) => ownSensitivity(layer)?.alone.divergence ?? null,
  text: (layer) => {
    const found = ownSensitivity(layer);
    if (found === undefined) return '';
    const cost = formatCost(found.alone.divergence);
    return found.bits === layer.bits ? cost : `${cost} at ${found.bits}`;
  },
  format: formatCost,
};

function ownSensitivity({ bits: own, sensitivity: measured }: LayerReport) {
  return (measured ?? []).toSorted(
    (a, b) => Math.abs(a.bits - own) - Math.abs(b.bits - own) || a.bits - b.bits,
  )[0];
}

const outputNoise: Measure = {
  what: 'the signal to noise ratio of its output, in dB: the lower, the more noise',
  of: ({ outputSqnrDb }) => (outputSqnrDb === null ? null : -outputSqnrDb),
  text: ({ outputSqnrDb }) => (outputSqnrDb === null ? '' : `${formatDecibels(outputSqnrDb)} dB`),
  format: (value) => formatDecibels(-value),
};

/** Colours by sensitivity where it was measured, else by the noise of the outputs, in fifths of the layers. */
export function colourScaleOf(layers: readonly LayerReport[]): ColourScale {
  const measured = layers.some((layer) => sensitivity.of(layer) !== null) ? sensitivity : outputNoise;
  const rising = layers.flatMap((layer) => measured.of(layer) ?? []).sort((a, b) => a - b);
  const levelOf = (value: number) => 1 + Math.floor((rising.indexOf(value) / rising.length) * COLOUR_LEVELS);
  const levels = [...new Set(rising.map(levelOf))];
  return {
    what: measured.what,
    text: measured.text,
    level: (layer) => {
      const value = measured.of(layer);
      return value === null ? null : levelOf(value);
    },
    legend: levels.map((level) => {
      const values = rising.filter((value) => levelOf(value) === level);
      const [least, most] = [measured.format(values[0]!), measured.format(values.at(-1)!)];
      return { level, text: least === most ? least : `${least} to ${most}` };
    }),
  };
}
