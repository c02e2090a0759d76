/** The part of the caller's tfjs that is needed: `@tensorflow/tfjs` and `@tensorflow/tfjs-node` have it. */
export interface TfLayers extends Readonly<Record<keyof Operations, (...inputs: never[]) => unknown>> {
  readonly serialization: {
    readonly SerializationMap: {
      getMap(): { readonly classNameMap: Readonly<Record<string, readonly [unknown, unknown]>> };
    };
    registerClass(layer: never): void;
  };
}

/** A tensor of the caller's tfjs. */
export interface Tensor {
  readonly shape: readonly number[];
}

/** A weight of a layer. */
export interface LayerWeight {
  read(): Tensor;
}

/** The operations that layers here are made of. */
export interface Operations {
  add(a: Tensor, b: Tensor): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  split(x: Tensor, parts: number, axis: number): Tensor[];
}
