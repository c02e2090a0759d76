import { aroundCalls } from './layer-calls.js';
import * as tf from './tf.js';

type Layer = tf.layers.Layer;
type Outputs = readonly tf.Tensor[];

/**
 * Remembers what a model's layers gave for one batch, so that the batch can be run again with some of them changed:
 * whatever lies before the changed ones is not computed again.
 *
 * It takes a layer's call for unchanged where all its inputs are, so that it needs to know nothing of how the layers are
 * connected. Layers must be the model's own, not those inside its nested models and wrappers.
 */
export class CallCache {
  readonly #layers: readonly Layer[];
  /** By layer, in the order of its calls. */
  readonly #outputs = new Map<Layer, Outputs[]>();
  readonly #unchanged = new WeakSet<object>();

  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  /** Runs `run` and remembers all calls. */
  record<Result>(inputs: Outputs, run: () => Result): Result {
    for (const { dataId } of inputs) this.#unchanged.add(dataId);
    return aroundCalls(
      this.#layers,
      (layer, _, call) => {
        const output = call();
        const kept = (Array.isArray(output) ? output : [output]).map((each) => tf.keep(each.clone()));
        for (const { dataId } of kept) this.#unchanged.add(dataId);
        this.#outputs.set(layer, [...(this.#outputs.get(layer) ?? []), kept]);
        return output;
      },
      run,
    );
  }

  /** Runs `run` on the same inputs; calls are repeated only of `changed` layers and of what reads their outputs. */
  replay<Result>(changed: ReadonlySet<Layer>, run: () => Result): Result {
    const calls = new Map<Layer, number>();
    return aroundCalls(
      this.#layers,
      (layer, inputs, call) => {
        const index = calls.get(layer) ?? 0;
        calls.set(layer, index + 1);
        if (changed.has(layer) || !inputs.every(({ dataId }) => this.#unchanged.has(dataId))) return call();
        const again = this.#outputs.get(layer)![index]!.map((output) => output.clone());
        return again.length === 1 ? again[0]! : again;
      },
      run,
    );
  }

  dispose(): void {
    for (const calls of this.#outputs.values()) tf.dispose(calls.flat() as tf.Tensor[]);
    this.#outputs.clear();
  }
}
