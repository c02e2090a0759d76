import type { CompiledStep, Engine, tf } from '../../engine/index.js';
import type { Predict } from '../../metrics/index.js';

/** Batches from which on it pays to compile a forward pass. */
const WORTH_COMPILING = 6;

/** A forward pass for many batches; dispose of it afterwards. */
export interface Forward {
  readonly predict: Predict;
  dispose(): void;
}

/**
 * Prepares a model's forward pass for a number of batches.
 *
 * @param variables  Variables that change between the batches; all other weights may be treated as constants.
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
