import type { Random } from '../../core/index.js';

/** One of a model's outputs, with the facts needed to draw target predictions for it. */
export interface SyntheticOutput {
  readonly kind: 'softmax' | 'sigmoid' | 'linear';
  /** Shape of one sample. */
  readonly shape: readonly (number | null)[];
}

/** Smallest probability of the class that was drawn; the largest is 0.999. */
const MIN_CONFIDENCE = 0.3;

/** The classes that an output decides between, yes and no for a single sigmoid; null where it decides nothing. */
export function classCount({ kind, shape }: SyntheticOutput): number | null {
  const [units] = shape;
  if (shape.length !== 1 || units == null) return null;
  if (kind === 'softmax' && units > 1) return units;
  return kind === 'sigmoid' && units === 1 ? 2 : null;
}

/**
 * Draws answers to ask for: every class as often as the others, with a confidence of its own, the rest shared out at
 * random.
 *
 * Certain answers would be the corners of the label space, where a softmax carries the least information.
 *
 * @returns [count, classes], row-major; rows sum to 1, nothing is 0.
 * @see Nayak et al. 2019, Zero-shot knowledge distillation, arXiv:1905.08114, section 3.1: answers from a Dirichlet
 *   distribution.
 */
export function drawAnswers(classes: number, count: number, random: Random): Float32Array {
  const rows = new Float32Array(count * classes);
  const first = random.below(classes);
  for (let row = 0; row < count; row++) {
    const chosen = (first + row) % classes;
    const confidence = MIN_CONFIDENCE + (0.999 - MIN_CONFIDENCE) * random.next();
    // Exponential shares of a whole are a flat Dirichlet draw.
    const shares = Array.from({ length: classes }, (_, index) =>
      index === chosen ? 0 : 1e-3 - Math.log(1 - random.next()),
    );
    const whole = shares.reduce((sum, share) => sum + share);
    for (const [index, share] of shares.entries())
      rows[row * classes + index] = index === chosen ? confidence : ((1 - confidence) * share) / whole;
  }
  return rows;
}
