import type { InputRange } from '../../data/index.js';
import type { NamedRange } from '../../report/index.js';
import type { LiveModel } from '../live-model.js';

/** The range of each input by the name of the input. */
export function namedRanges(
  { inputs }: Pick<LiveModel, 'inputs'>,
  ranges: readonly InputRange[],
): NamedRange[] {
  return inputs.map(({ name }, index) => ({ input: name, range: ranges[index]!.name }));
}
