import * as tf from './tf.js';

/** Kernels whose result is the memory that came in, seen in another shape. */
const VIEWS = new Set(['Identity', 'Reshape']);

/**
 * Counts the numbers in all tensors that kernels make while `run` goes on, those of other runs meanwhile too.
 *
 * @returns What `run` gives, and the count.
 */
export async function countedValues<Result>(
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly values: number }> {
  const engine = tf.engine();
  const own = Object.getOwnPropertyDescriptor(engine, 'runKernel');
  const runKernel: typeof engine.runKernel = engine.runKernel.bind(engine);
  let values = 0;
  engine.runKernel = <Made extends tf.Tensor | tf.Tensor[]>(
    ...call: Parameters<typeof engine.runKernel>
  ): Made => {
    const made: Made = runKernel(...call);
    if (!VIEWS.has(call[0])) for (const { size } of [made].flat()) values += size;
    return made;
  };
  try {
    return { result: await run(), values };
  } finally {
    if (own === undefined) Reflect.deleteProperty(engine, 'runKernel');
    else Object.defineProperty(engine, 'runKernel', own);
  }
}
