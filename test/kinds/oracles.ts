import type * as tf from '../../src/engine/tf.js';
import { rowOf } from './drawn.js';
import type { Drawn, Kind, Oracle, Values } from './kind.js';
import { tensorOf } from './trained-kind.js';

/** The metric of each output of a model, from what tfjs predicts on the backend in use. */
export function metricsOf(
  { oracles, padded }: Kind,
  model: Pick<tf.LayersModel | tf.GraphModel, 'predict'>,
  { inputs, targets }: Drawn,
): number[] {
  const xs = inputs.map(tensorOf);
  const outputs = [model.predict(xs.length === 1 ? xs[0]! : xs) as tf.Tensor | tf.Tensor[]].flat();
  const metrics = outputs.map((output, index) => {
    const given = { values: output.dataSync<'float32'>(), shape: output.shape };
    const isReal = (row: number) => !padded || inputs[0]!.values[row] !== 0;
    return metric[oracles[index]!](asRows(given), asRows(targets[index]!), isReal);
  });
  for (const tensor of [...xs, ...outputs]) tensor.dispose();
  return metrics;
}

type Metric = (output: Values, target: Values, isReal: (row: number) => boolean) => number;

const metric: Readonly<Record<Oracle, Metric>> = {
  largest: (output, target, isReal) => {
    const rows = Array.from({ length: output.shape[0]! }, (_, row) => row).filter(isReal);
    const best = (of: Values, row: number) => {
      const values = [...rowOf(of, row)];
      return values.indexOf(Math.max(...values));
    };
    return share(rows.map((row) => best(output, row) === best(target, row)));
  },
  probability: (output, target) =>
    share([...output.values].map((value, i) => value >= 0.5 === (target.values[i] === 1))),
  logit: (output, target) =>
    share([...output.values].map((value, i) => value >= 0 === (target.values[i] === 1))),
  r2: (output, target) =>
    mean(output.shape[1]!, (column) => r2Of(columnOf(output, column), columnOf(target, column))),
};

const asRows = ({ values, shape }: Values): Values => {
  const width = shape.at(-1)!;
  return { values, shape: [values.length / width, width] };
};

const share = (right: readonly boolean[]): number => right.filter(Boolean).length / right.length;

const mean = (count: number, of: (index: number) => number): number =>
  Array.from({ length: count }, (_, index) => of(index)).reduce((sum, value) => sum + value, 0) / count;

const columnOf = ({ values, shape }: Values, column: number): number[] =>
  [...values].filter((_, i) => i % shape[1]! === column);

function r2Of(output: readonly number[], target: readonly number[]): number {
  const middle = mean(target.length, (i) => target[i]!);
  const error = mean(target.length, (i) => (output[i]! - target[i]!) ** 2);
  return 1 - error / mean(target.length, (i) => (target[i]! - middle) ** 2);
}
