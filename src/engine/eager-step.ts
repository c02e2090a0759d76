import type { CompiledStep, Engine, Step } from './engine.js';
import * as tf from './tf.js';

/** A step that runs op by op, with everything disposed of that it doesn't return. */
export function runEagerly(step: Step): Step {
  return (inputs) => tf.tidy(() => step(inputs));
}

/** The same as a compiled step, where an engine has nothing faster. */
export function compileEagerly(step: Step): CompiledStep {
  return {
    run: runEagerly(step),
    eagerReason: () => null,
    precision: () => null,
    state: () => [],
    restore: () => {},
    dispose: () => {},
  };
}

/** Weights from which on a model counts as large. */
const LARGE = 2 ** 22;

/** Whether a model's own operations take so long that calling them one by one, on a few samples each, hardly shows. */
export const isLarge = (weights: number): boolean => weights >= LARGE;

/**
 * Chooses how a step with constant weights is made ready: a graph would hold them several times over, and pays only where
 * they are few.
 */
export function compilerFor(engine: Engine, weights: number): Engine['compileStep'] {
  return isLarge(weights) ? compileEagerly : engine.compileStep;
}
