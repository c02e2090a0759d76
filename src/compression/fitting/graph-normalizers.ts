import {
  APPLY,
  addToGraphs,
  type BatchNormLayer,
  type Engine,
  fuseLayers,
  tf,
  variableOf,
} from '../../engine/index.js';
import { type LoadedModel, NORMALIZER, type NormalizedKernel, withNormalizers } from '../../model/index.js';
import { recalibrateBatchNorm, statisticsOf } from '../../train/index.js';

/** Mode of a graph's normalizers: all passes, counted or not; or it is normalized by the batch's statistics, or by the moving ones. */
type Mode = 'pass' | 'count' | 'batch' | 'moving';

/** So small that a channel that hardly varies is hardly held back by it. */
const EPSILON = 1e-6;

/** One kernel's normalizer: BatchNorm, then the float graph's own deviation and mean. */
interface Normalizer extends NormalizedKernel {
  readonly layer: BatchNormLayer;
  /** Holds the float graph's statistics. */
  readonly float: BatchNormLayer;
  /** [channels]: the deviation that comes out, whose sign doesn't count; it learns. */
  readonly deviation: tf.Variable;
}

/**
 * The BatchNorm that a converter folded into the kernels of a graph, put back for the training: with the statistics of each
 * batch a kernel learns on its grid what the biases alone would have to make good.
 *
 * Its layers have the float graph's statistics at first, so that the graph is the same; afterwards they are folded again.
 */
export class GraphNormalizers {
  readonly loaded: LoadedModel;
  readonly #all: readonly Normalizer[];
  readonly #forget: () => void;
  #mode: Mode = 'pass';

  private constructor(loaded: LoadedModel, all: readonly Normalizer[], forget: () => void) {
    this.loaded = loaded;
    this.#all = all;
    this.#forget = forget;
  }

  /**
   * Puts them into a graph.
   *
   * @param kernels  Names of those that have a grid with a scale for each output channel.
   * @returns null where there is none.
   */
  static async into(loaded: LoadedModel, kernels: ReadonlySet<string>): Promise<GraphNormalizers | null> {
    let own: GraphNormalizers | null = null;
    const { key, forget } = await addToGraphs(NORMALIZER, (x, index) => own!.#apply(x, index));
    const { topology, kernels: found } = withNormalizers(loaded.topology, loaded.weights, kernels, {
      op: APPLY,
      attr: { key: { i: key } },
    });
    if (found.length === 0) {
      forget();
      return null;
    }
    const all = found.map((kernel) => ({
      ...kernel,
      layer: batchNorm(kernel.channels),
      float: batchNorm(kernel.channels),
      deviation: tf.tidy(() => tf.variable(tf.ones([kernel.channels]))),
    }));
    fuseLayers(all.map(({ layer }) => layer));
    own = new GraphNormalizers({ ...loaded, topology }, all, forget);
    return own;
  }

  /** The BatchNorm layers, and those with the float graph's statistics. */
  get layers(): BatchNormLayer[] {
    return this.#all.map(({ layer }) => layer);
  }

  get floatLayers(): BatchNormLayer[] {
    return this.#all.map(({ float }) => float);
  }

  /** Variables that learn. */
  get deviations(): tf.Variable[] {
    return this.#all.map(({ deviation }) => deviation);
  }

  /** Everything that changes. */
  get variables(): tf.Variable[] {
    return [...this.deviations, ...statisticsOf(this.layers)];
  }

  /**
   * Counts the statistics of the float graph, which the copy still is.
   *
   * @param run   Runs the copy.
   * @param next  The next batch's input tensors; null: no batch is left.
   */
  async observe(
    engine: Engine,
    run: (inputs: tf.Tensor[]) => tf.Tensor[],
    next: () => Promise<tf.Tensor[] | null>,
  ): Promise<void> {
    await recalibrateBatchNorm(
      engine,
      this.layers,
      (inputs) => this.in('count', () => void run(inputs)),
      next,
    );
    const counted = statisticsOf(this.layers);
    for (const [index, variable] of statisticsOf(this.floatLayers).entries())
      variable.assign(counted[index]!);
    tf.tidy(() => {
      for (const { deviation, layer } of this.#all) deviation.assign(deviationIn(layer));
    });
  }

  /** Runs `run` in a mode. */
  in<Result>(mode: Mode, run: () => Result): Result {
    const before = this.#mode;
    this.#mode = mode;
    try {
      return run();
    } finally {
      this.#mode = before;
    }
  }

  /** By how much the steps of the deviations differ from one of the usual size: by their own. The caller's to dispose of. */
  stepUnits(): Map<tf.Variable, tf.Tensor> {
    return new Map(this.#all.map(({ deviation, float }) => [deviation, tf.tidy(() => deviationIn(float))]));
  }

  /** Factor of each output channel of a kernel in the graph that is left when they are folded, by kernel. */
  factors(): ReadonlyMap<string, Float32Array> {
    return new Map(
      this.#all.map(({ kernel, deviation, layer }) => [
        kernel,
        tf.tidy(() => tf.div(tf.abs(deviation), deviationIn(layer)).dataSync<'float32'>()),
      ]),
    );
  }

  /**
   * Numbers that are added to each bias then, by bias.
   *
   * @param factors  What `factors` gives.
   */
  offsets(factors: ReadonlyMap<string, Float32Array>): ReadonlyMap<string, Float32Array> {
    return new Map(
      this.#all.map(({ kernel, bias, layer, float }) => {
        const mean = variableOf(layer.movingMean).dataSync();
        const wanted = variableOf(float.movingMean).dataSync();
        const factor = factors.get(kernel)!;
        return [
          bias,
          Float32Array.from(wanted, (value, channel) => value - factor[channel]! * mean[channel]!),
        ];
      }),
    );
  }

  dispose(): void {
    this.#forget();
    tf.dispose([...this.variables, ...statisticsOf(this.floatLayers)]);
  }

  #apply(x: tf.Tensor, index: number): tf.Tensor {
    const { layer, float, deviation } = this.#all[index]!;
    // The graph disposes of its input by itself.
    if (this.#mode === 'pass') return tf.clone(x);
    const normalized = layer.apply(x, { training: this.#mode !== 'moving' }) as tf.Tensor;
    if (this.#mode === 'count') return tf.clone(x);
    return tf.add(tf.mul(normalized, tf.abs(deviation)), variableOf(float.movingMean));
  }
}

/** [channels]: the moving deviation of a layer. */
const deviationIn = ({ movingVariance }: BatchNormLayer): tf.Tensor =>
  tf.sqrt(tf.add(variableOf(movingVariance), EPSILON));

function batchNorm(channels: number): BatchNormLayer {
  const layer: tf.layers.Layer = tf.layers.batchNormalization({
    axis: -1,
    center: false,
    scale: false,
    epsilon: EPSILON,
  });
  layer.build([null, null, null, channels]);
  // Layers that are called one by one, in no model, have to be told that they are built.
  layer.built = true;
  return layer as BatchNormLayer;
}
