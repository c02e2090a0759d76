import { z } from 'zod';
import { ratesAt } from '../engine/adam.js';
import type { ChosenPrecision } from '../engine/engine.js';
import * as tf from '../engine/tf.js';
import { type Batch, inputTensors, targetTensors } from '../metrics/index.js';
import { checkedFirstStep } from './first-step.js';
import { sampleWeights } from './sample-weights.js';
import type { Rates } from './schedule.js';
import { createStep, type Phase, stepStateSchema, type TrainingStep } from './step.js';
import type { Trainee } from './trainee.js';
import type { FineTuneOptions } from './training.js';

/** State of a stepper. */
export const stepperStateSchema = z.object({
  phase: z.enum(['training', 'snapped']),
  precision: z.enum(['float32', 'bfloat16']),
  isFirst: z.boolean(),
  adamStep: z.int(),
  step: stepStateSchema,
});

type StepperState = z.output<typeof stepperStateSchema>;

/** Takes the steps of a training in its present phase, and counts those since the optimiser's last reset. */
export class Stepper {
  readonly #trainee: Trainee;
  readonly #options: FineTuneOptions;
  #phase: Phase = 'training';
  #step: TrainingStep;
  /** Precision of the steps before this one. */
  #precision: ChosenPrecision['name'] = 'float32';
  #isFirst = true;
  /** Steps since the optimiser's moments were 0. */
  #adamStep = 0;

  constructor(trainee: Trainee, options: FineTuneOptions) {
    this.#trainee = trainee;
    this.#options = options;
    this.#step = createStep(trainee, options, this.#phase);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Precision of the convolutions, known after a few steps. */
  get precision(): ChosenPrecision['name'] {
    return this.#step.precision()?.name ?? this.#precision;
  }

  /** @returns The loss before the step, guidance left out. */
  async run(batch: Batch, { guidance, focus, learningRate }: Rates): Promise<number> {
    const { inputs } = this.#trainee;
    const xs = inputTensors(batch, { inputs });
    const { studentHeads } = this.#trainee;
    const ys = batch.labels === undefined ? [] : targetTensors(batch.labels, batch.size, studentHeads);
    const weights = sampleWeights(batch, this.#options.weightByClass);
    this.#adamStep++;
    try {
      const run = () =>
        this.#step.run(
          { inputs: xs, targets: ys, sampleWeights: weights },
          { guidance, focus, adam: ratesAt(learningRate, this.#adamStep) },
        );
      const isFirst = this.#isFirst;
      this.#isFirst = false;
      return await (isFirst ? checkedFirstStep(this.#trainee, this.#options, run) : run());
    } finally {
      tf.dispose([...xs, ...ys, ...(weights === undefined ? [] : [weights])]);
    }
  }

  /** Enters another phase, with the optimiser reset. */
  enter(phase: Phase): void {
    this.#precision = this.precision;
    this.#step.dispose();
    this.#step = createStep(this.#trainee, this.#options, phase);
    this.#phase = phase;
    this.#adamStep = 0;
  }

  /** Resets the optimiser. */
  reset(): void {
    this.#step.reset();
    this.#adamStep = 0;
  }

  /** Notes for the user after a few steps: why steps are slow, or which precision was chosen and why. */
  notes(): string[] {
    const slow = this.#step.eagerReason();
    const arithmetic = this.#arithmetic();
    return [
      ...(slow === null ? [] : [`training goes op by op, which is slower than a recorded step: ${slow}`]),
      ...(arithmetic === null ? [] : [`convolutions compute in ${arithmetic}`]),
    ];
  }

  /** Which precision was chosen and why; null where bfloat16 was neither asked for nor used. */
  #arithmetic(): string | null {
    const chosen = this.#step.precision();
    if (chosen?.name === 'bfloat16') return `bfloat16: ${chosen.reason}`;
    if (this.#options.precision !== 'bfloat16') return null;
    return `float32: ${chosen?.reason ?? `the ${this.#trainee.engine.name} engine has no other`}`;
  }

  state(): StepperState {
    return {
      phase: this.#phase,
      precision: this.#precision,
      isFirst: this.#isFirst,
      adamStep: this.#adamStep,
      step: this.#step.state(),
    };
  }

  resume({ phase, precision, isFirst, adamStep, step }: StepperState): void {
    this.enter(phase);
    this.#step.resume(step);
    this.#precision = precision;
    this.#isFirst = isFirst;
    this.#adamStep = adamStep;
  }

  dispose(): void {
    this.#step.dispose();
  }
}
