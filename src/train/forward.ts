/** Which weights the forward pass of a training computes with: those on the grid, or the float ones until the end. */
export type Forward = 'quantized' | 'float';

/** How a training goes by its forward pass. */
interface ForwardRecipe {
  /** Highest lambda unless it is given. */
  readonly guidance: number;
  /** `square`: `squarePull`; `focused`: `focusedPull`. */
  readonly pull: 'square' | 'focused';
  /** Share of the steps after which the kernels go to their grid; the rest is trained on. */
  readonly snapAt: number;
  /** Power of the cosine that the learning rate falls on; below 1 it stays high for longer. */
  readonly decay: number;
  /** Steps up to which a training has the learning rate and the lambda that it is given; a longer one has less, in proportion. */
  readonly fullRateSteps: number;
}

/**
 * A quantized pass shows the loss what the grid does, and the guidance only holds weights in place. Where the weights
 * are float until the end the guidance is all that brings them to the grid, and by then they must have been moved far. A
 * weight that comes near a level is held there: with as large steps and as strong a pull, more of them would only settle
 * weights earlier, before the loss has had its say (docs/decisions/0009-recipe.md).
 */
export const forwardRecipes: Readonly<Record<Forward, ForwardRecipe>> = {
  quantized: { guidance: 0.02, pull: 'square', snapAt: 1, decay: 1, fullRateSteps: Number.POSITIVE_INFINITY },
  float: { guidance: 16, pull: 'focused', snapAt: 0.97, decay: 0.5, fullRateSteps: 600 },
};
