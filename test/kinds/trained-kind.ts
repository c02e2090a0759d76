import { createRandom } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import { seedRandom } from '../seeded-random.js';
import { valuesOf } from './drawn.js';
import type { Drawn, Kind, Oracle } from './kind.js';

const TRAINING_SAMPLES = 384;
const TEST_SAMPLES = 500;

/** A kind of model that stock tfjs has trained. */
export interface TrainedKind {
  readonly kind: Kind;
  readonly model: tf.LayersModel;
  readonly training: Drawn;
  /** What was used for nothing. */
  readonly test: Drawn;
}

/** Draws samples and trains a kind of model on the backend in use, the same each time. */
export function trainKind(kind: Kind): TrainedKind {
  seedRandom();
  const random = createRandom(3);
  const [training, test] = [kind.draw(random, TRAINING_SAMPLES), kind.draw(random, TEST_SAMPLES)];
  const model = kind.build();
  const optimizer = tf.train.adam(0.02);
  const xs = training.inputs.map(tensorOf);
  const targets = training.targets.map(tensorOf);
  for (let step = 0; step < kind.steps; step++) {
    optimizer.minimize(() =>
      lossOf(kind, [model.apply(xs, { training: true })].flat() as tf.Tensor[], targets, xs),
    );
  }
  tf.dispose([xs, targets]);
  optimizer.dispose();
  if (kind.columns === undefined) return { kind, model, training, test };
  moveLastLayer(model, kind.columns);
  return { kind, model, training: moved(training, kind.columns), test: moved(test, kind.columns) };
}

/** The samples of an array as a tensor. */
export const tensorOf = ({ values, shape }: Drawn['inputs'][number]): tf.Tensor =>
  tf.tensor(values, [...shape]);

/** The usual loss of each output, summed; padded steps are left out. */
function lossOf(
  { oracles, padded }: Kind,
  outputs: readonly tf.Tensor[],
  targets: readonly tf.Tensor[],
  xs: readonly tf.Tensor[],
): tf.Scalar {
  const losses = outputs.map((output, index) => {
    const rows = rowLosses[oracles[index]!](output, targets[index]!);
    if (!padded) return tf.mean(rows);
    const real = tf.cast(tf.notEqual(xs[0]!, 0), 'float32');
    return tf.div(tf.sum(tf.mul(rows, real)), tf.sum(real));
  });
  return tf.addN(losses) as tf.Scalar;
}

const NEAR = 1e-6;
const binary = (p: tf.Tensor, t: tf.Tensor) =>
  tf.neg(tf.add(tf.mul(t, tf.log(tf.add(p, NEAR))), tf.mul(tf.sub(1, t), tf.log(tf.sub(1 + NEAR, p)))));

/** A softmax and sigmoids with one class a sample are both taught each probability by itself. */
const rowLosses: Readonly<Record<Oracle, (output: tf.Tensor, target: tf.Tensor) => tf.Tensor>> = {
  largest: (p, t) => tf.sum(binary(p, t), -1),
  probability: (p, t) => tf.sum(binary(p, t), -1),
  logit: (z, t) => tf.sum(binary(tf.sigmoid(z), t), -1),
  r2: (y, t) => tf.sum(tf.squaredDifference(y, t), -1),
};

type Columns = NonNullable<Kind['columns']>;

function moveLastLayer(model: tf.LayersModel, columns: Columns): void {
  const last = model.layers.at(-1)!;
  const [kernel, bias] = last.getWeights();
  const [units, offsets] = [columns.map(({ unit }) => unit), columns.map(({ offset }) => offset)];
  last.setWeights([tf.mul(kernel!, units), tf.add(tf.mul(bias!, units), offsets)]);
}

function moved({ inputs, targets }: Drawn, columns: Columns): Drawn {
  const move = ({ values, shape }: Drawn['targets'][number]) =>
    valuesOf(shape, (i) => {
      const { unit, offset } = columns[i % columns.length]!;
      return unit * values[i]! + offset;
    });
  return { inputs, targets: targets.map(move) };
}
