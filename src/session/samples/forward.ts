import type { CompiledStep, Engine, tf } from '../../engine/index.js';
import type { Predict } from '../../metrics/index.js';

/** Batches from which on it pays to compile a forward pass. */
const WORTH_COMPILING = 6;

/** A forward pass that is to run many times; disposed of when it is done with. */
export interface Forward {
  readonly predict: Predict;
  dispose(): void;
}

/**
 * Makes a model's forward pass ready for so many batches.
 *
 * @param variables  What changes between the batches; all other weights may be taken for constant.
 */
export function prepareForward(
  engine: Engine,
  predict: Predict,
  batches: number,
  variables: readonly tf.Variable[] = [],
): Forward {
  if (batches < WORTH_COMPILING) return { predict, dispose: () => {} };
  const step: CompiledStep = engine.compileStep(predict, variables);
  return { predict: step.run, dispose: step.dispose };
}
