/** How images and volumes are made smaller: by what each side is divided, of those with a side of that length at least. */
export interface InputDivision {
  readonly divisor: number;
  readonly leastSide: number;
}

/** Least side that an image or a volume keeps. */
const MIN_SIDE = 16;

/**
 * Copies a topology whose images and volumes have each side divided; their shape stays where a side isn't a multiple or
 * would become too short.
 *
 * @param division  Left out: the same topology.
 */
export function withDividedInputs(topology: unknown, division: InputDivision | undefined): unknown {
  if (division === undefined) return topology;
  if (Array.isArray(topology)) return topology.map((each) => withDividedInputs(each, division));
  if (typeof topology !== 'object' || topology === null) return topology;
  return Object.fromEntries(
    Object.entries(topology).map(([key, value]) => [
      key,
      key === 'batch_input_shape' && Array.isArray(value)
        ? divided(value, division)
        : withDividedInputs(value, division),
    ]),
  );
}

/** The shape of a batch, [batch, ...sides, channels], with each known side divided. */
function divided(shape: readonly unknown[], { divisor, leastSide }: InputDivision): readonly unknown[] {
  const [batch, ...sides] = shape.slice(0, -1);
  const isLarge = sides.some((side) => typeof side === 'number' && side >= leastSide);
  const smaller = sides.map((side) => (typeof side === 'number' ? side / divisor : side));
  const isKept = (side: unknown) => typeof side !== 'number' || (Number.isInteger(side) && side >= MIN_SIDE);
  return sides.length >= 2 && isLarge && smaller.every(isKept) ? [batch, ...smaller, shape.at(-1)] : shape;
}
