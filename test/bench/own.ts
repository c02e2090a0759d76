import { type Precision, ratesAt } from '../../src/engine/index.js';
import { measure } from '../../src/metrics/measure.js';
import { inputTensors, targetTensors } from '../../src/metrics/targets.js';
import { forwardOf } from '../../src/session/index.js';
import { prepareForward } from '../../src/session/samples/forward.js';
import { predictOnGrid, variablesOf } from '../../src/train/index.js';
import { createStep } from '../../src/train/step.js';
import { stepOptions } from '../options.js';
import type { CreateContestant } from './contestant.js';
import { createOwnTrainee, versionsOf } from './own-trainee.js';

/** The highest that `qgt compress` goes with its defaults. */
const LEARNING_RATE = 0.002;
const STRENGTH = 0.02;

/** How our step is taken. */
export interface OwnStep {
  readonly mode: 'recorded' | 'eager';
  /** The teacher's share of the loss. */
  readonly distill: number;
  readonly precision: Precision;
}

/** Our step at 2 bits with guidance. */
export const createOwn =
  ({ mode, distill, precision }: OwnStep): CreateContestant =>
  async (model, batches) => {
    const { trainee, parameters, eagerReason } = await createOwnTrainee(model, mode);
    const { inputs, studentHeads } = trainee;
    const step = createStep(
      trainee,
      stepOptions({
        units: studentHeads.map(() => Float32Array.of(1)),
        distill,
        precision,
      }),
      'training',
    );
    const ready = batches.map((batch) => ({
      xs: inputTensors(batch, { inputs }),
      ys: targetTensors(batch.labels!, batch.size, studentHeads),
    }));
    const onGrid = prepareForward(
      trainee.engine,
      forwardOf((xs) => predictOnGrid(trainee, xs)),
      Number.POSITIVE_INFINITY,
      variablesOf(trainee),
    );
    let steps = 0;
    return {
      parameters,
      versions: versionsOf(),
      step: (batch) => {
        const { xs, ys } = ready[batch]!;
        steps++;
        return step.run(
          { inputs: xs, targets: ys },
          { guidance: STRENGTH, focus: 2, adam: ratesAt(LEARNING_RATE, steps) },
        );
      },
      pass: async (images) => {
        const stream = (async function* () {
          yield* images;
        })();
        await measure({ models: [onGrid.predict], inputs, heads: studentHeads }, stream);
      },
      caveat: () => {
        const reason = eagerReason();
        return reason === null ? null : `not recorded: ${reason.split('\n')[0]}`;
      },
    };
  };
