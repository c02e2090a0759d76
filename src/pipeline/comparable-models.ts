import { formatShape, QgtError } from '../core/index.js';
import type { LiveModel } from '../session/index.js';

type Inputs = LiveModel['inputs'];

/**
 * Checks that two models can be measured on the same samples: as many inputs, and each of the same shape but for sizes that
 * one of them leaves open.
 *
 * @throws QgtError `usage` naming both, and their inputs.
 */
export function checkComparable(model: LiveModel, other: LiveModel): void {
  const [ours, theirs] = [model.inputs, other.inputs];
  const isSame =
    ours.length === theirs.length && ours.every(({ shape }, index) => fits(shape, theirs[index]!.shape));
  if (isSame) return;
  throw new QgtError('usage', {
    where: `--against ${other.loaded.source}`,
    what: `it has other inputs than ${model.loaded.source}`,
    got: described(theirs),
    expected: described(ours),
    remedy: 'compare models that take the same samples',
  });
}

type OpenShape = readonly (number | null)[];

const fits = (one: OpenShape, other: OpenShape): boolean =>
  one.length === other.length &&
  one.every((size, axis) => size === null || other[axis] === null || size === other[axis]);

const described = (inputs: Inputs): string =>
  inputs.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');
