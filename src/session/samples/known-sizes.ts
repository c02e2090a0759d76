/** Sizes in place of those that a model leaves open: images of 64x64, sequences of 16 steps. */
const OPEN_IMAGE_SIDE = 64;
const OPEN_STEPS = 16;

/** Replaces the sizes that the shape of a sample leaves open. */
export const knownSizes = (shape: readonly (number | null)[]): number[] =>
  shape.map((size) => size ?? (shape.length >= 3 ? OPEN_IMAGE_SIDE : OPEN_STEPS));
