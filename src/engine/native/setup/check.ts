// Runs in a process of its own: whether the native engine named by QGT_NATIVE computes and learns.
import { startEngine } from '../../start.js';
import * as tf from '../../tf.js';

const STEPS = 4;

// Starting multiplies matrices and takes a gradient, and holds them against known values.
const engine = await startEngine('native');
const weight = tf.variable(tf.tensor1d([1, 2]));
const step = engine.compileStep(
  ([x]) => {
    const { value, grads } = tf.variableGrads(() => tf.sum(tf.mul(tf.square(weight), x!)), [weight]);
    weight.assign(tf.sub(weight, tf.mul(grads[weight.name]!, 0.25)));
    return [value];
  },
  [weight],
);
// d/dw w^2 x = 2 w x: with x = [1, 2] and a rate of 0.25 the first halves each time and the second is 0 after one.
const x = tf.tensor1d([1, 2]);
for (let call = 0; call < STEPS; call++) tf.dispose(step.run([x]));
const got = [...weight.dataSync()];
if (step.eagerReason() !== null) throw new Error(`a step can't be recorded: ${step.eagerReason()}`);
if (got.join() !== '0.0625,0') throw new Error(`a recorded step gives ${got.join()} in place of 0.0625,0`);
process.stdout.write(`${engine.version}\n`);
