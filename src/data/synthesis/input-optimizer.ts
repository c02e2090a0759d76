import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { throwIfAborted } from '../../core/index.js';
import { createAdam, ratesAt } from '../../engine/adam.js';
import type { CompiledState, Engine } from '../../engine/engine.js';
import * as tf from '../../engine/tf.js';
import type { SynthesisLoss } from './synthesis-loss.js';

/** Settings for moving one batch. */
export interface MoveOptions {
  /** Total number of steps, given the number done; called after each step. */
  readonly steps: (done: number) => number;
  readonly signal?: AbortSignal | undefined;
}

const anyNumber = z.custom<number>((value) => typeof value === 'number');

/** A batch that was moved. */
export const movedBatchSchema = z.object({
  /** One per model input. */
  values: z.array(z.custom<Float32Array>((value) => value instanceof Float32Array)),
  /** The loss, before the first step and the last one. */
  first: anyNumber,
  last: anyNumber,
});

export type MovedBatch = z.output<typeof movedBatchSchema>;

/** A batch of inputs as variables, with a step that moves them: compiled once, used for one batch after another. */
export interface InputOptimizer {
  /** @param start  One per model input, where they set out from. */
  move(start: readonly Float32Array[], drawn: tf.Tensor[], options: MoveOptions): Promise<MovedBatch>;
  /** State of its compiled step, from which that of another one goes on. */
  state(): CompiledState;
  restore(state: CompiledState): void;
  dispose(): void;
}

/** An input of a model, as it is to be moved. */
export interface MovedInput {
  /** Shape of the batch: [batch, ...]. */
  readonly shape: readonly number[];
  /** Largest change of a value in a step, nearly: Adam's steps know nothing of an input's scale. */
  readonly learningRate: number;
}

/**
 * Sets up a batch that Adam moves to a lower loss.
 *
 * @param compile  `engine.compileStep`, or a replacement.
 * @param moved  One per model input.
 */
export function createInputOptimizer(
  compile: Engine['compileStep'],
  loss: SynthesisLoss,
  moved: readonly MovedInput[],
): InputOptimizer {
  const inputs = moved.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros([...shape]))));
  const slowest = Math.min(...moved.map(({ learningRate }) => learningRate));
  const units = new Map(
    moved.flatMap(({ learningRate }, index) =>
      learningRate === slowest ? [] : [[inputs[index]!, tf.scalar(learningRate / slowest)] as const],
    ),
  );
  const adam = createAdam(inputs, units);
  const step = compile(
    (all) => {
      const rates = all[0]!;
      const { value, grads } = tf.variableGrads(() => loss.distance(inputs, all.slice(1)), inputs);
      adam.apply(
        inputs.map(({ name }) => grads[name]!),
        rates,
      );
      return [value];
    },
    [...inputs, ...adam.state],
  );
  const stepOnce = async (drawn: tf.Tensor[], index: number): Promise<number> => {
    const rates = tf.tensor1d(ratesAt(slowest, index));
    const [distance] = step.run([rates, ...drawn]);
    const value = (await distance!.data())[0]!;
    tf.dispose([rates, distance!]);
    return value;
  };
  return {
    move: async (start, drawn, { steps, signal }) => {
      for (const [index, values] of start.entries()) {
        const tensor = tf.tensor(values, [...moved[index]!.shape]);
        inputs[index]!.assign(tensor);
        tensor.dispose();
      }
      adam.reset();
      let first = Number.NaN;
      let last = Number.NaN;
      for (let index = 1; index <= steps(index - 1); index++) {
        throwIfAborted(signal);
        last = await stepOnce(drawn, index);
        if (index === 1) first = last;
        // Lets signals and timers in between steps that block the loop.
        await setImmediate();
      }
      return { values: inputs.map((input) => Float32Array.from(input.dataSync())), first, last };
    },
    state: step.state,
    restore: step.restore,
    dispose: () => {
      step.dispose();
      adam.dispose();
      tf.dispose([...inputs, ...units.values()]);
    },
  };
}
