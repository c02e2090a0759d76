import { sizeOf } from '../core/index.js';
import * as tf from './tf.js';

/** Work of a run, as its kernels tell it. */
export interface CountedWork {
  /** Numbers in all tensors that were made. */
  readonly values: number;
  /** Multiplications of convolutions and matrix products. */
  readonly multiplications: number;
}

/** Kernels whose result is the memory that came in, seen in another shape. */
const VIEWS = new Set(['Identity', 'Reshape']);

/** Multiplications of kernels, by name: from what they read and the tensor that they make. */
const MULTIPLICATIONS: Readonly<
  Record<string, (inputs: tf.NamedTensorMap, made: tf.Tensor, attributes: { transposeA?: boolean }) => number>
> = {
  Conv2D: ({ filter }, { size }) => size * perChannel(filter!),
  FusedConv2D: ({ filter }, { size }) => size * perChannel(filter!),
  Conv3D: ({ filter }, { size }) => size * perChannel(filter!),
  DepthwiseConv2dNative: ({ filter }, { size }) => size * sizeOf(filter!.shape.slice(0, 2)),
  FusedDepthwiseConv2D: ({ filter }, { size }) => size * sizeOf(filter!.shape.slice(0, 2)),
  Conv2DBackpropInput: ({ filter, dy }) => dy!.size * perChannel(filter!),
  BatchMatMul: ({ a }, { size }, { transposeA }) => size * a!.shape.at(transposeA ? -2 : -1)!,
  _FusedMatMul: ({ a }, { size }, { transposeA }) => size * a!.shape.at(transposeA ? -2 : -1)!,
};

/** Weights of a filter behind each of the channels that it has last. */
const perChannel = ({ shape }: tf.Tensor): number => sizeOf(shape.slice(0, -1));

/**
 * Counts the work of the kernels that run while `run` goes on, those of other runs meanwhile too.
 *
 * @returns What `run` gives, and the work.
 */
export async function countedWork<Result>(
  run: () => Promise<Result>,
): Promise<{ readonly result: Result } & CountedWork> {
  const engine = tf.engine();
  const own = Object.getOwnPropertyDescriptor(engine, 'runKernel');
  const runKernel: typeof engine.runKernel = engine.runKernel.bind(engine);
  let [values, multiplications, depth] = [0, 0, 0];
  engine.runKernel = <Made extends tf.Tensor | tf.Tensor[]>(
    ...call: Parameters<typeof engine.runKernel>
  ): Made => {
    depth++;
    let made: Made;
    try {
      made = runKernel(...call);
    } finally {
      depth--;
    }
    const [name, inputs, attributes] = call;
    const all = [made].flat();
    if (!VIEWS.has(name)) for (const { size } of all) values += size;
    // A kernel may be made of others, which do the same work.
    if (depth === 0) multiplications += MULTIPLICATIONS[name]?.(inputs, all[0]!, attributes ?? {}) ?? 0;
    return made;
  };
  try {
    return { result: await run(), values, multiplications };
  } finally {
    if (own === undefined) Reflect.deleteProperty(engine, 'runKernel');
    else Object.defineProperty(engine, 'runKernel', own);
  }
}
