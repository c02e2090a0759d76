type Sizes = readonly (number | null)[];

/** Number of samples that a graph demands in a batch; null: any. */
export type BatchDemand = number | null;

/**
 * Tells how many samples a graph wants at once, from the shapes that it declares; open sizes are negative or null.
 *
 * Where inputs differ in their first size, or one is a single number, that size belongs to the sample and the batch is 1.
 *
 * @param inputs   undefined for one of any rank.
 * @param outputs  undefined for one whose shape isn't declared.
 */
export function demandedBatch(
  inputs: readonly (Sizes | undefined)[],
  outputs: readonly (Sizes | undefined)[],
): BatchDemand {
  const known = inputs.filter((shape) => shape !== undefined);
  const first = known.map((shape) => (shape.length === 0 ? 1 : shape[0]!));
  const fixed = first.filter((size) => !isOpen(size));
  if (fixed.length === 0) return null;
  const size = fixed[0]!;
  const isBatch =
    size > 1 &&
    fixed.every((each) => each === size) &&
    !known.some(isImage) &&
    outputs.every((shape) => shape?.[0] === size);
  return isBatch ? size : 1;
}

/** The part of a declared shape that belongs to one sample; open sizes are null. */
export function shapeOfSample(shape: Sizes | undefined, demand: BatchDemand): (number | null)[] {
  if (shape === undefined) return [];
  const own = hasBatch(shape, demand) ? shape.slice(1) : shape;
  return own.map((size) => (isOpen(size) ? null : size));
}

/** Whether the first size of a declared shape counts samples. */
export function hasBatch([size]: Sizes, demand: BatchDemand): boolean {
  return size !== undefined && (demand === null || isOpen(size) || size === demand);
}

const isOpen = (size: number | null): boolean => size === null || size < 0;

/** Whether a shape is an image's own: height, width and colours. */
const isImage = (shape: Sizes): boolean => shape.length === 3 && [1, 3, 4].includes(shape[2] ?? 0);
