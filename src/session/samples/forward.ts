import { sizeOf, type Weight } from '../../core/index.js';
import { type CompiledState, compilerFor, type Engine, type tf } from '../../engine/index.js';
import type { Predict } from '../../metrics/index.js';
import { inBatchesOf } from '../batches-of-one-size.js';
import type { ForwardPass } from '../forward-pass.js';

/** Batches from which on it pays to compile a forward pass. */
const WORTH_COMPILING = 6;

/** A forward pass for many batches; dispose of it afterwards. */
export interface Forward {
  readonly predict: Predict;
  /** State of its compiled step, from which that of another one goes on. */
  state(): CompiledState;
  restore(state: CompiledState): void;
  dispose(): void;
}

/**
 * Prepares a model's forward pass for a number of batches.
 *
 * @param variables  Variables that change between the batches; all other weights may be treated as constants.
 */
export function prepareForward(
  engine: Engine,
  { step, batch, predict, weights = [] }: ForwardPass & { readonly weights?: readonly Weight[] },
  batches: number,
  variables: readonly tf.Variable[] = [],
): Forward {
  if (step === null || (batch === null && batches < WORTH_COMPILING))
    return { predict, state: () => [], restore: () => {}, dispose: () => {} };
  const compiled = compilerFor(engine, countOf(weights))(step, variables);
  const run: Predict = async (inputs) => compiled.run(inputs);
  return { ...compiled, predict: batch === null ? run : inBatchesOf(batch, run) };
}

/** How many numbers weights are, all together. */
export const countOf = (weights: readonly Pick<Weight, 'shape'>[]): number =>
  weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
