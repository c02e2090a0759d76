import type { LayerWeight, Operations, Tensor, TfLayers } from './tf-layers.js';

/** The options that matter here. */
interface GruOptions {
  readonly resetAfter?: boolean;
}

/** Parts of a cell of tfjs-layers that are used here. */
interface GruCell {
  readonly units: number;
  readonly activation: { apply(x: Tensor): Tensor };
  readonly recurrentActivation: { apply(x: Tensor): Tensor };
  readonly kernel: LayerWeight;
  readonly recurrentKernel: LayerWeight;
  useBias: boolean;
  bias: LayerWeight | null;
  addWeight(name: string, shape: number[], dtype: null, ...options: readonly unknown[]): LayerWeight;
  build(inputShape: unknown): void;
  call(inputs: readonly Tensor[], options: object): Tensor[];
  getConfig(): object;
}

type CellClass = new (options: GruOptions) => GruCell;
type GruClass = new (options: GruOptions) => { cell: GruCell };

/** The classes that were made here: they take the place of tfjs's own only once. */
const made = new WeakSet<object>();

/**
 * Registers a GRU that knows `reset_after`, Keras's default, in place of tfjs's own, which throws an error for it.
 *
 * Where it is true the state is reset after the product with the recurrent kernel, and the bias has two rows: one for
 * the input, one for the state. Dropout, which is of training only, isn't applied there.
 *
 * @see Cho et al. 2014, arXiv:1406.1078v1: the order of the paper's first version, which cuDNN computes too.
 */
export function registerGru(tf: TfLayers): void {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const [Cell, Gru] = [classNameMap.GRUCell![0] as CellClass, classNameMap.GRU![0] as GruClass];
  if (made.has(Gru)) return;
  const operations = tf as unknown as Operations;

  class KerasGruCell extends Cell {
    private readonly resetAfter: boolean;

    constructor(options: GruOptions) {
      super({ ...options, resetAfter: false });
      this.resetAfter = options.resetAfter === true;
    }

    override build(inputShape: unknown): void {
      const { useBias } = this;
      if (this.resetAfter) this.useBias = false;
      super.build(inputShape);
      this.useBias = useBias;
      if (!this.resetAfter || !useBias) return;
      const own = this as unknown as Readonly<Record<string, unknown>>;
      const { biasInitializer, biasRegularizer, biasConstraint } = own;
      const options = [biasInitializer, biasRegularizer, true, biasConstraint];
      this.bias = this.addWeight('bias', [2, 3 * this.units], null, ...options);
    }

    override call(inputs: readonly Tensor[], options: object): Tensor[] {
      return this.resetAfter ? step(operations, this, inputs) : super.call(inputs, options);
    }

    override getConfig(): object {
      return { ...super.getConfig(), resetAfter: this.resetAfter };
    }
  }

  class KerasGru extends Gru {
    constructor(options: GruOptions) {
      super({ ...options, resetAfter: false });
      if (options.resetAfter === true) this.cell = new KerasGruCell(options);
    }
  }

  made.add(KerasGru);
  tf.serialization.registerClass(KerasGruCell as never);
  tf.serialization.registerClass(KerasGru as never);
}

/** @returns the output and the new state, which are the same. */
function step(tf: Operations, cell: GruCell, [x, state]: readonly Tensor[]): Tensor[] {
  const { kernel, recurrentKernel, bias } = cell;
  const [ofInput, ofState] = bias === null ? [] : tf.split(bias.read(), 2, 0);
  const gates = (value: Tensor, weights: LayerWeight, offset: Tensor | undefined): Tensor[] => {
    const product = tf.matMul(value, weights.read());
    return tf.split(offset === undefined ? product : tf.add(product, offset), 3, 1);
  };
  const [inputUpdate, inputReset, input] = gates(x!, kernel, ofInput);
  const [stateUpdate, stateReset, kept] = gates(state!, recurrentKernel, ofState);
  const update = cell.recurrentActivation.apply(tf.add(inputUpdate!, stateUpdate!));
  const reset = cell.recurrentActivation.apply(tf.add(inputReset!, stateReset!));
  const candidate = cell.activation.apply(tf.add(input!, tf.mul(reset, kept!)));
  const next = tf.add(candidate, tf.mul(update, tf.sub(state!, candidate)));
  return [next, next];
}
