/** Least side that an image or a volume keeps. */
const MIN_SIDE = 16;

/**
 * Copies a topology whose images and volumes have each side divided; the same topology where a side isn't a multiple or
 * would become too short.
 */
export function withDividedInputs(topology: unknown, divisor: number): unknown {
  if (divisor === 1) return topology;
  if (Array.isArray(topology)) return topology.map((each) => withDividedInputs(each, divisor));
  if (typeof topology !== 'object' || topology === null) return topology;
  return Object.fromEntries(
    Object.entries(topology).map(([key, value]) => [
      key,
      key === 'batch_input_shape' && Array.isArray(value)
        ? divided(value, divisor)
        : withDividedInputs(value, divisor),
    ]),
  );
}

/** The shape of a batch, [batch, ...sides, channels], with each known side divided. */
function divided(shape: readonly unknown[], divisor: number): readonly unknown[] {
  const sides = shape.slice(1, -1).map((side) => (typeof side === 'number' ? side / divisor : side));
  const isKept = (side: unknown) => typeof side !== 'number' || (Number.isInteger(side) && side >= MIN_SIDE);
  return sides.length >= 2 && sides.every(isKept) ? [shape[0], ...sides, shape.at(-1)] : shape;
}
