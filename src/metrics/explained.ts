import { ColumnMoments } from './column-moments.js';
import type { TellingMeter } from './meter.js';

/** Most columns that count as separate quantities; a wider output is one quantity in many places, such as pixels. */
const MAX_COLUMNS = 64;

/** Whether each column of an output is a quantity of its own, with a unit of its own. */
export const hasOwnUnits = (width: number): boolean => width <= MAX_COLUMNS;

/**
 * Sums up the share of the targets' variance that an error takes: the mean over the columns of squared error / variance,
 * each column's about its own mean over all batches; 1 - R2.
 *
 * Columns are counted together where they are one quantity in many places (`hasOwnUnits`). Columns that don't vary are
 * left out; where none varies it is 0 without an error, else 1.
 *
 * @param units  `shared`: columns are counted together, however few they are.
 */
export function unexplainedMeter(units: 'own' | 'shared' = 'own'): TellingMeter {
  const targets = new ColumnMoments();
  let errors = new Float64Array(0);
  return {
    varies: () => targets.variations().some((signal) => signal > 0),
    add: (output, target, width) => {
      targets.add(target, width);
      if (errors.length === 0) errors = new Float64Array(width);
      for (const [i, wanted] of target.entries()) errors[i % width]! += (output[i]! - wanted) ** 2;
    },
    value: () => {
      const signals = targets.variations();
      const columns = Array.from(errors, (noise, column) => ({ noise, signal: signals[column]! }));
      const parts = units === 'own' && hasOwnUnits(columns.length) ? columns : [total(columns)];
      const varying = parts.filter(({ signal }) => signal > 0);
      if (varying.length === 0) return parts.every(({ noise }) => noise === 0) ? 0 : 1;
      return varying.reduce((sum, { noise, signal }) => sum + noise / signal, 0) / varying.length;
    },
  };
}

interface Energy {
  readonly noise: number;
  readonly signal: number;
}

const total = (energies: readonly Energy[]): Energy => ({
  noise: energies.reduce((sum, { noise }) => sum + noise, 0),
  signal: energies.reduce((sum, { signal }) => sum + signal, 0),
});
