import { z } from 'zod';
import { createAdam } from '../engine/adam.js';
import { type ChosenPrecision, compiledStateSchema, type Precision, type Step } from '../engine/engine.js';
import * as tf from '../engine/tf.js';
import { type Forward, forwardRecipes } from './forward.js';
import { focusedPull, squarePull } from './guidance.js';
import { type GuidedKernel, onGrid, refit, straightThrough } from './guided-kernel.js';
import type { Replacement } from './models.js';
import { type LossOptions, type StepBatch, studentLoss, teacherLogits } from './step-loss.js';
import { meanPass, type Part, type Pass, partsOf } from './step-parts.js';
import { type Trainee, variablesOf } from './trainee.js';
import { assignValues, readValues, valuesSchema } from './variable-values.js';

/** Settings of a step. */
export interface StepOptions extends LossOptions {
  readonly forward: Forward;
  /** Precision of the convolutions; the statistics and the weights stay in float32. */
  readonly precision: Precision;
  /** How much a sample of each class counts, by class; absent: all count alike. */
  readonly weightByClass?: Float32Array | undefined;
}

/** `training`: kernels move; `snapped`: they stay on their grid and the rest is trained on. */
export type Phase = 'training' | 'snapped';

/** Rates that change from one step to the next. */
export interface StepRates {
  /** lambda, the pull toward the grid. */
  readonly guidance: number;
  /** How narrow the pull is around each level, for `focusedPull`. */
  readonly focus: number;
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
  const units = student.stepUnits();
  const adam = createAdam(variables, units);
  const masks =
    options.statistics === 'frozen' ? student.deadChannelMasks() : new Map<tf.Variable, tf.Tensor>();
  const setting = { trainee, options, phase, variables };
  const { length: count } = trainee.inputs;

  const step: Step = (all) => {
    const inputs = all.slice(0, count);
    const rest = all.slice(count, -3);
    const isWeighted = options.weightByClass !== undefined && rest.length > 0;
    const targets = isWeighted ? rest.slice(0, -1) : rest;
    const sampleWeights = isWeighted ? rest.at(-1) : undefined;
    const [guidance, focus, rates] = all.slice(-3) as [tf.Scalar, tf.Scalar, tf.Tensor];
    const onGrids = kernels.map(phase === 'training' ? refit : onGrid);
    const { task, gradients } = meanPass(partsOf({ inputs, targets, sampleWeights }, student.batch), (part) =>
      passOf(setting, part, onGrids),
    );
    const pulls = phase === 'training' ? pullsOf(trainee, options, onGrids, { guidance, focus }) : new Map();
    adam.apply(
      variables.map((variable, index) =>
        masked(pulled(gradients[index], pulls.get(variable)), masks.get(variable)),
      ),
      rates,
    );
    return [task];
  };
  const compiled = engine.compileStep(step, [...variablesOf(trainee), ...adam.state], options.precision);

  return {
    run: async ({ inputs, targets, sampleWeights }, { guidance, focus, adam: rates }) => {
      const scalars = [tf.scalar(guidance), tf.scalar(focus), tf.tensor1d([...rates])];
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
      tf.dispose([...masks.values(), ...units.values()]);
    },
  };
}

/** Model, options and phase that a step is made for. */
interface Setting {
  readonly trainee: Trainee;
  readonly options: StepOptions;
  readonly phase: Phase;
  readonly variables: readonly tf.Variable[];
}

/** Runs the student on a part of the batch, forward and back. */
function passOf(
  { trainee, options, phase, variables }: Setting,
  part: Part,
  onGrids: readonly tf.Tensor[],
): Pass {
  const { student, kernels } = trainee;
  const teaching = options.distill === 0 ? [] : teacherLogits(trainee, part.inputs);
  const forward = () =>
    student.withReplaced(replacements(kernels, onGrids, phase, options.forward), () =>
      studentLoss(trainee, options, { ...part, teaching }),
    );
  // A model may have nothing but kernels, and these are on their grid.
  if (variables.length === 0) return { task: forward(), gradients: [] };
  let task: tf.Tensor | undefined;
  const { grads } = tf.variableGrads(() => {
    const loss = forward();
    task = tf.keep(loss.clone());
    return loss;
  }, [...variables]);
  return { task: task!, gradients: variables.map(({ name }) => grads[name]) };
}

/** The student's weights that a step moves: in the phase `snapped` the kernels stay. */
function trainedVariables({ student, kernels }: Trainee, phase: Phase): tf.Variable[] {
  const guided = new Set(kernels.map(({ variable }) => variable));
  return student.trained().filter((variable) => phase === 'training' || !guided.has(variable));
}

/** The gradient of the guidance by kernel. */
function pullsOf(
  { kernels }: Trainee,
  { forward }: StepOptions,
  onGrids: readonly tf.Tensor[],
  { guidance, focus }: { readonly guidance: tf.Tensor; readonly focus: tf.Tensor },
): ReadonlyMap<tf.Variable, tf.Tensor> {
  const isFocused = forwardRecipes[forward].pull === 'focused';
  const pulls = kernels.map((kernel, index) => {
    const target = onGrids[index]!;
    const pull = isFocused ? focusedPull(kernel, target, focus) : squarePull(kernel, target);
    return [kernel.variable, tf.mul(pull, guidance)] as const;
  });
  return new Map(pulls);
}

/** The sum of the gradients of the loss and of the guidance, where there are any. */
function pulled(gradient: tf.Tensor | undefined, pull: tf.Tensor | undefined): tf.Tensor | undefined {
  return gradient === undefined || pull === undefined ? (gradient ?? pull) : tf.add(gradient, pull);
}

function masked(gradient: tf.Tensor | undefined, mask: tf.Tensor | undefined): tf.Tensor | null {
  if (gradient === undefined) return null;
  return mask === undefined ? gradient : tf.mul(gradient, mask);
}

/** Lists the tensors that the student reads in place of its kernels. */
function replacements(
  kernels: readonly GuidedKernel[],
  onGrids: readonly tf.Tensor[],
  phase: Phase,
  forward: StepOptions['forward'],
): Replacement[] {
  if (phase === 'training' && forward === 'float') return [];
  return kernels.map(({ variable }, index) => {
    const value = onGrids[index]!;
    return { variable, value: phase === 'snapped' ? value : straightThrough(variable, value) };
  });
}
