import { endsGradient } from './gradients/piecewise-constant.js';
import * as tf from './tf.js';

/**
 * Runs `run` while kernels through which nothing is learned give constants: the way back to what is differentiated ends
 * there, where stock tfjs throws, or goes on with zeros. A cast to integers or booleans is one of them.
 *
 * @param onEnd  Told the name of each such kernel, and what it reads.
 */
export function withEndedPaths<Result>(
  run: () => Result,
  onEnd: (kernelName: string, inputs: readonly tf.Tensor[]) => void = () => {},
): Result {
  const engine = tf.engine();
  const { state } = engine;
  const own = Object.getOwnPropertyDescriptor(engine, 'runKernel');
  const runKernel: typeof engine.runKernel = engine.runKernel.bind(engine);
  engine.runKernel = (kernelName, inputs, attrs) => {
    const isOnTape = state.gradientDepth > 0 && state.kernelDepth === 0;
    const ends = endsGradient(kernelName) || (kernelName === tf.Cast && attrs?.dtype !== 'float32');
    if (!isOnTape || !ends) return runKernel(kernelName, inputs, attrs);
    onEnd(kernelName, Object.values(inputs));
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

/** Which of some tensors gradients lead back to. */
export interface PathsBack<Source> {
  readonly reached: ReadonlySet<Source>;
  /** Names of the kernels of tfjs at which the ways back to the others end. */
  readonly endedAt: ReadonlySet<string>;
}

/**
 * Follows what is computed of some tensors, whatever values it has: no gradient is taken.
 *
 * @param run      Computes outputs; only floats among them have a gradient.
 * @param sources  Those whose gradients are asked for.
 */
export function pathsBack<Source extends tf.Tensor>(
  run: () => readonly tf.Tensor[],
  sources: readonly Source[],
): PathsBack<Source> {
  const endedAt = new Set<string>();
  let reached = new Set<Source>();
  const follow = (): tf.Scalar => {
    const ends: { readonly kernelName: string; readonly inputs: readonly tf.Tensor[] }[] = [];
    const outputs = withEndedPaths(run, (kernelName, inputs) => ends.push({ kernelName, inputs }));
    const tape = tf.engine().state.activeTape;
    const before = idsOf(outputs);
    for (const node of tape.toReversed())
      if (node.outputs.some(({ id }) => before.has(id)))
        for (const id of idsOf(Object.values(node.inputs))) before.add(id);
    reached = new Set(sources.filter(({ id }) => before.has(id)));
    const behind = new Set(sources.filter(({ id }) => !before.has(id)).map(({ id }) => id));
    const isBehind = ({ id }: tf.Tensor): boolean => behind.has(id);
    for (const { inputs, outputs: made } of tape)
      if (Object.values(inputs).some(isBehind)) for (const id of idsOf(made)) behind.add(id);
    for (const { kernelName, inputs } of ends) if (inputs.some(isBehind)) endedAt.add(kernelName);
    return tf.scalar(0);
  };
  // tfjs keeps a tape of what it is to differentiate, here nothing.
  if (sources.length > 0) tf.tidy(() => void tf.engine().gradients(follow, [...sources], undefined, true));
  return { reached, endedAt };
}

const idsOf = (tensors: readonly tf.Tensor[]): Set<number> =>
  new Set(tensors.filter(({ dtype }) => dtype === 'float32').map(({ id }) => id));
