import { QgtError } from '../core/index.js';
import type { OutputValues } from './metric-accumulator.js';
import type { OutputHead } from './output-head.js';

/**
 * Refuses outputs that are not numbers: no figure could be counted from them.
 *
 * @param model  Words for the model that they are of.
 * @throws QgtError `non-finite` naming the output and the model.
 */
export function checkOutputs(
  outputs: readonly OutputValues[],
  heads: readonly Pick<OutputHead, 'name'>[],
  model: string,
): void {
  for (const [index, { values }] of outputs.entries()) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at === -1) continue;
    throw new QgtError('non-finite', {
      where: `output ${heads[index]!.name} of the ${model}`,
      what: `it is not a number on every sample`,
      got: String(values[at]),
      remedy:
        'see that the model gives numbers for these inputs (their range is set by --input-range); where only the packed one does not, give its layers more bits',
    });
  }
}
