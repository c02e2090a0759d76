/** An activation of single values; of NaN it makes NaN. */
export type ScalarActivation = (value: number) => number;

const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805 };
const elu = (value: number, alpha = 1): number => (value > 0 ? value : alpha * Math.expm1(value));
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
const clip = (value: number, most: number): number => Math.min(most, Math.max(0, value));

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
  softplus: (value) => Math.log1p(Math.exp(-Math.abs(value))) + Math.max(0, value),
  softsign: (value) => value / (1 + Math.abs(value)),
  swish: (value) => value * sigmoid(value),
  tanh: Math.tanh,
};

/** What an `activation` in a topology does to a value; null where it isn't known to act on each value alone. */
export function scalarActivation(activation: unknown): ScalarActivation | null {
  if (activation === undefined || activation === null) return BY_NAME.linear!;
  return typeof activation === 'string' && Object.hasOwn(BY_NAME, activation) ? BY_NAME[activation]! : null;
}

/** Layers that are an activation with options of its own. */
export const ACTIVATION_LAYERS: Readonly<
  Record<string, (config: Readonly<Record<string, unknown>>) => ScalarActivation | null>
> = {
  Activation: ({ activation }) => scalarActivation(activation),
  ReLU: ({ max_value: most }) => {
    const limit = typeof most === 'number' ? most : Number.POSITIVE_INFINITY;
    return (value) => clip(value, limit);
  },
  LeakyReLU: ({ alpha }) => {
    const slope = typeof alpha === 'number' ? alpha : 0.3;
    return (value) => (value > 0 ? value : slope * value);
  },
  ELU:
    ({ alpha }) =>
    (value) =>
      elu(value, typeof alpha === 'number' ? alpha : 1),
  ThresholdedReLU: ({ theta }) => {
    const threshold = typeof theta === 'number' ? theta : 1;
    return (value) => (value <= threshold ? 0 : value);
  },
};
