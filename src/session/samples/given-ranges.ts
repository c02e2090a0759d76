import { type Named, namesOf, namesText, QgtError } from '../../core/index.js';
import { OTHER_INPUTS, type RangeRules } from '../../data/index.js';
import { nearest } from '../../report/index.js';
import type { LiveModel } from '../live-model.js';

/**
 * Checks that a range is given to inputs of the model alone.
 *
 * @throws QgtError `usage` for any other name, with the inputs and the nearest of them.
 */
export function checkRangeNames({ inputs }: LiveModel, rules: RangeRules): void {
  const names = inputs.flatMap(namesOf);
  const unknown = Object.keys(rules).find(
    (given) => given !== OTHER_INPUTS && !names.some((name) => isCalled(name, given)),
  );
  if (unknown === undefined) return;
  const guess = nearest(unknown, names);
  throw new QgtError('usage', {
    where: '--input-range',
    what: 'the model has no input of this name',
    got: unknown,
    expected: inputs.map(namesText).join(', '),
    remedy: guess === undefined ? 'see `qgt inspect` for its inputs' : `did you mean ${guess}?`,
  });
}

/** The range given to an input by its name; undefined where there is none. */
export function rangeByName(input: Named, rules: RangeRules): string | undefined {
  return Object.entries(rules).findLast(
    ([given]) => given !== OTHER_INPUTS && namesOf(input).some((name) => isCalled(name, given)),
  )?.[1];
}

/** Whether an input has this name, the output number of a graph's left out or not: `image:0` is `image`. */
function isCalled(input: string, given: string): boolean {
  return given === input || given === input.replace(/:\d+$/, '');
}
