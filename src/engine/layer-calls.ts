import type { layers, Tensor } from './tf.js';

type Output = Tensor | Tensor[];

/**
 * Wrapper around a layer's call: it sees the inputs and decides the result.
 *
 * @param call  The call itself, with the options that it came with but for those that are given here.
 */
export type AroundCall<Layer extends layers.Layer = layers.Layer> = (
  layer: Layer,
  inputs: Tensor[],
  call: (options?: object) => Output,
) => Output;

/**
 * Runs `run` while every call of `watched` goes through `around`.
 *
 * It reaches layers inside nested models and wrappers too, since these call their layers in the same way.
 */
export function aroundCalls<Result, Layer extends layers.Layer>(
  watched: readonly Layer[],
  around: AroundCall<Layer>,
  run: () => Result,
): Result {
  const restore = [...new Set(watched)].map((layer) => {
    const before = Object.getOwnPropertyDescriptor(layer, 'call');
    const call = layer.call;
    layer.call = (inputs, options) =>
      around(layer, Array.isArray(inputs) ? inputs : [inputs], (changed) =>
        call.call(layer, inputs, { ...options, ...changed }),
      );
    return () => {
      if (before === undefined) Reflect.deleteProperty(layer, 'call');
      else Object.defineProperty(layer, 'call', before);
    };
  });
  try {
    return run();
  } finally {
    for (const undo of restore) undo();
  }
}
