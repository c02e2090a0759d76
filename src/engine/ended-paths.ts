import * as tf from './tf.js';

/**
 * Runs `run` while kernels without a gradient give constants: the way back to what is differentiated ends there, where
 * stock tfjs throws.
 *
 * @param onEnd  Told the name of each such kernel that takes floats.
 */
export function withEndedPaths<Result>(run: () => Result, onEnd: (kernelName: string) => void): Result {
  const engine = tf.engine();
  const { state } = engine;
  const own = Object.getOwnPropertyDescriptor(engine, 'runKernel');
  const runKernel: typeof engine.runKernel = engine.runKernel.bind(engine);
  engine.runKernel = (kernelName, inputs, attrs) => {
    const isOnTape = state.gradientDepth > 0 && state.kernelDepth === 0;
    if (!isOnTape || tf.getGradient(kernelName) !== undefined) return runKernel(kernelName, inputs, attrs);
    if (Object.values(inputs).some((input) => input?.dtype === 'float32')) onEnd(kernelName);
    const depth = state.gradientDepth;
    // Nothing is written on the tape at this depth.
    state.gradientDepth = 0;
    try {
      return runKernel(kernelName, inputs, attrs);
    } finally {
      state.gradientDepth = depth;
    }
  };
  try {
    return run();
  } finally {
    if (own === undefined) Reflect.deleteProperty(engine, 'runKernel');
    else Object.defineProperty(engine, 'runKernel', own);
  }
}
