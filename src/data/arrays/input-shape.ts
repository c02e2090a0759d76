import type { Shape } from '../../core/index.js';
import { formatShape, QgtError, sizeOf } from '../../core/index.js';
import type { InputSpec } from '../dataset.js';

/**
 * The shape in which a model takes rows of another shape: the same one, one with a channel dimension of 1 added or
 * taken away, or the model's own where either side is flat and the sizes agree.
 *
 * @param where     The array, for the message.
 * @param rowShape  Of one row.
 * @throws QgtError `bad-data` where none of these fits.
 */
export function inputShape(where: string, rowShape: Shape, spec: InputSpec): Shape {
  for (const shape of [
    rowShape,
    [...rowShape, 1],
    rowShape.at(-1) === 1 ? rowShape.slice(0, -1) : rowShape,
  ]) {
    if (matches(shape, spec.shape)) return shape;
  }
  const whole = spec.shape.filter((dimension) => dimension !== null);
  const isFlat = rowShape.length === 1 || spec.shape.length === 1;
  if (isFlat && whole.length === spec.shape.length && sizeOf(whole) === sizeOf(rowShape)) return whole;
  throw new QgtError('bad-data', {
    where,
    what: `its rows don't fit the model's input ${spec.name}`,
    got: formatShape(rowShape),
    expected: formatShape(spec.shape),
    remedy: 'save it as the model takes it, samples first and channels last',
  });
}

function matches(shape: Shape, wanted: readonly (number | null)[]): boolean {
  return (
    shape.length === wanted.length &&
    shape.every((dimension, axis) => dimension > 0 && (wanted[axis] ?? dimension) === dimension)
  );
}
