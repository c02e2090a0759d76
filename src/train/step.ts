import { z } from 'zod';
import { createAdam } from '../engine/adam.js';
import { type ChosenPrecision, compiledStateSchema, type Precision, type Step } from '../engine/engine.js';
import * as tf from '../engine/tf.js';
import { variableOf, withWeights } from '../engine/weights.js';

import { deadChannelMasks, idleBiases, sharedBatchNorms } from '../model/index.js';
import { withOwnStatistics } from './batch-norm-statistics.js';
import { type GuidedKernel, onGrid, refit, straightThrough } from './guided-kernel.js';
import { type LossOptions, type StepBatch, studentLoss, teacherLogits } from './step-loss.js';
import { type Trainee, variablesOf } from './trainee.js';
import { assignValues, readValues, valuesSchema } from './variable-values.js';

/** Settings of a step. */
export interface StepOptions extends LossOptions {
  readonly forward: 'quantized' | 'float';
  /** Precision of the convolutions; the statistics and the weights stay in float32. */
  readonly precision: Precision;
}

/** `training`: kernels move; `snapped`: they stay on their grid and the rest is trained on. */
export type Phase = 'training' | 'snapped';

/** Rates that change from one step to the next. */
export interface StepRates {
  /** lambda, the pull toward the grid. */
  readonly guidance: number;
  /** The rates that `ratesAt` gives. */
  readonly adam: readonly [number, number];
}

/** State of a step, without the variables that it trains. */
export const stepStateSchema = z.object({
  /** The optimiser's. */
  moments: valuesSchema,
  compiled: compiledStateSchema,
});

type StepState = z.output<typeof stepStateSchema>;

/** A step of guided training on one batch. */
export interface TrainingStep {
  /** @returns The loss before the step, guidance left out. */
  run(batch: Omit<StepBatch, 'teaching'>, rates: StepRates): Promise<number>;
  /** Why its steps are slower than the engine could make them, once that is known. */
  eagerReason(): string | null;
  /** Precision of the compiled step. */
  precision(): ChosenPrecision | null;
  /** Forgets the optimiser's moments. */
  reset(): void;
  state(): StepState;
  resume(state: StepState): void;
  dispose(): void;
}

/**
 * The QGT step: task loss and distillation on the forward pass, plus `guidance * sum |w - stop(Q(w))|^2`, by Adam.
 *
 * @see Ghamari et al. 2021, arXiv:2103.06231, eq. 2 and 3.
 */
export function createStep(trainee: Trainee, options: StepOptions, phase: Phase): TrainingStep {
  const { engine, student, kernels } = trainee;
  const variables = trainedVariables(trainee, phase);
  const adam = createAdam(variables);
  const masks =
    options.statistics === 'frozen' ? deadChannelMasks(student) : new Map<tf.Variable, tf.Tensor>();
  const [count, outputs] = [trainee.inputs.length, trainee.studentHeads.length];
  const shared = sharedBatchNorms(student);

  const step: Step = (all) => {
    const inputs = all.slice(0, count);
    const rest = all.slice(count, -2);
    const [targets, sampleWeights] = [rest.slice(0, outputs), rest[outputs]];
    const [guidance, rates] = all.slice(-2) as [tf.Scalar, tf.Tensor];
    const teaching = options.distill === 0 ? [] : teacherLogits(trainee, inputs);
    const onGrids = kernels.map(phase === 'training' ? refit : onGrid);
    let task: tf.Scalar | undefined;
    const { grads } = tf.variableGrads(() => {
      const forward = withWeights(substitutes(kernels, onGrids, phase, options.forward), () =>
        withOwnStatistics(shared, () =>
          studentLoss(trainee, options, { inputs, targets, teaching, sampleWeights }),
        ),
      );
      task = tf.keep(forward.clone());
      return phase === 'training'
        ? (tf.add(forward, tf.mul(guidanceLoss(kernels, onGrids), guidance)) as tf.Scalar)
        : forward;
    }, variables);
    adam.apply(
      variables.map((variable) => masked(grads[variable.name], masks.get(variable))),
      rates,
    );
    return [task!];
  };
  const compiled = engine.compileStep(step, [...variablesOf(trainee), ...adam.state], options.precision);

  return {
    run: async ({ inputs, targets, sampleWeights }, { guidance, adam: rates }) => {
      const scalars = [tf.scalar(guidance), tf.tensor1d([...rates])];
      const weights = sampleWeights === undefined ? [] : [sampleWeights];
      const [task] = compiled.run([...inputs, ...targets, ...weights, ...scalars]);
      const value = (await task!.data())[0]!;
      tf.dispose([...scalars, task!]);
      return value;
    },
    eagerReason: compiled.eagerReason,
    precision: compiled.precision,
    reset: adam.reset,
    state: () => ({ moments: readValues(adam.state), compiled: compiled.state() }),
    resume: (state) => {
      compiled.restore(state.compiled);
      assignValues(adam.state, state.moments);
    },
    dispose: () => {
      compiled.dispose();
      adam.dispose();
      tf.dispose([...masks.values()]);
    },
  };
}

/** The student's weights that a step moves: in the phase `snapped` the kernels stay, and idle biases always do. */
function trainedVariables({ student, kernels }: Trainee, phase: Phase): tf.Variable[] {
  const guided = new Set(kernels.map((kernel) => variableOf(kernel.weight)));
  const idle = idleBiases(student);
  return student.trainableWeights
    .map(variableOf)
    .filter((variable) => !idle.has(variable) && (phase === 'training' || !guided.has(variable)));
}

/** `sum |w - stop(Q(w))|^2` over all kernels. */
function guidanceLoss(kernels: readonly GuidedKernel[], onGrids: readonly tf.Tensor[]): tf.Scalar {
  return kernels
    .map((kernel, index) => tf.sum(tf.square(tf.sub(variableOf(kernel.weight), onGrids[index]!))))
    .reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
}

function masked(gradient: tf.Tensor | undefined, mask: tf.Tensor | undefined): tf.Tensor | null {
  if (gradient === undefined) return null;
  return mask === undefined ? gradient : tf.mul(gradient, mask);
}

/** Lists the tensors that the layers read in place of their kernels. */
function substitutes(
  kernels: readonly GuidedKernel[],
  onGrids: readonly tf.Tensor[],
  phase: Phase,
  forward: StepOptions['forward'],
) {
  if (phase === 'training' && forward === 'float') return [];
  return kernels.map(({ weight }, index) => {
    const value = onGrids[index]!;
    return { weight, value: phase === 'snapped' ? value : straightThrough(variableOf(weight), value) };
  });
}
