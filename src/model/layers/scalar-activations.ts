/** An activation of single values; it maps NaN to NaN. */
export type ScalarActivation = (value: number) => number;

const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };
/** x for positive values, `alpha * (e^x - 1)` for others. */
export const elu = (value: number, alpha = 1): number => (value > 0 ? value : alpha * Math.expm1(value));
/** The normal distribution's share below a value, by tfjs's own approximation of erf. */
const belowNormal = (value: number): number => 0.5 * (1 + erf(value / Math.SQRT2));
const softplus = (value: number): number => Math.log1p(Math.exp(-Math.abs(value))) + Math.max(0, value);
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
/** The value, or the nearest one from 0 to `most`. */
export const clip = (value: number, most: number): number => Math.min(most, Math.max(0, value));

/** @see Abramowitz and Stegun 1964, 7.1.26: right to 1.5e-7. */
function erf(value: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(value));
  const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const tail = t * coefficients.reduce((sum, coefficient) => sum * t + coefficient, 0);
  return Math.sign(value) * (1 - tail * Math.exp(-value * value));
}

/** Activations by their names in a topology, as tfjs computes them; softmax is none, since it mixes channels. */
const BY_NAME: Readonly<Record<string, ScalarActivation>> = {
  linear: (value) => value,
  relu: (value) => Math.max(0, value),
  relu6: (value) => clip(value, 6),
  elu: (value) => elu(value),
  selu: (value) => SELU.scale * elu(value, SELU.alpha),
  sigmoid,
  hard_sigmoid: (value) => clip(0.2 * value + 0.5, 1),
  hardSigmoid: (value) => clip(0.2 * value + 0.5, 1),
  softplus,
  softsign: (value) => value / (1 + Math.abs(value)),
  swish: (value) => value * sigmoid(value),
  tanh: Math.tanh,
  mish: (value) => value * Math.tanh(softplus(value)),
  gelu: (value) => value * belowNormal(value),
};

/** Whether an activation in a topology maps `s * x` to `s * y` for every s > 0. */
export function keepsFactors(activation: unknown): boolean {
  return activation === 'relu' || activation === 'linear';
}

/** The function of an `activation` in a topology; null where it isn't known to act on each value alone. */
export function scalarActivation(activation: unknown): ScalarActivation | null {
  if (activation === undefined || activation === null) return BY_NAME.linear!;
  return typeof activation === 'string' && Object.hasOwn(BY_NAME, activation) ? BY_NAME[activation]! : null;
}
