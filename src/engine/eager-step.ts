import type { CompiledStep, Step } from './engine.js';
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
