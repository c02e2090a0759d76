/** A convolution written out as sums, with its gradients: slow, and without anything of tfjs in it. */
export interface Convolution {
  readonly kind: 'full' | 'depthwise';
  /** [batch, rows, columns, channels] */
  readonly input: readonly [number, number, number, number];
  /** [rows, columns, in, out or multiplier] */
  readonly filter: readonly [number, number, number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Zero rows above and zero columns to the left. */
  readonly before: readonly [number, number];
  /** Rows and columns of the output. */
  readonly output: readonly [number, number];
}

/** Calls `visit` with the indices of every product that a convolution sums up, row-major. */
export function forEachProduct(
  { kind, input, filter, strides, dilations, before, output }: Convolution,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [batch, rows, columns, channels] = input;
  const [filterRows, filterColumns, , last] = filter;
  const out = kind === 'full' ? last : channels * last;
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < output[0]; i++) {
      for (let j = 0; j < output[1]; j++) {
        for (let a = 0; a < filterRows; a++) {
          for (let b = 0; b < filterColumns; b++) {
            const row = i * strides[0] + a * dilations[0] - before[0];
            const column = j * strides[1] + b * dilations[1] - before[1];
            if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
            for (let c = 0; c < channels; c++) {
              for (let o = 0; o < last; o++) {
                const x = ((n * rows + row) * columns + column) * channels + c;
                const w = ((a * filterColumns + b) * channels + c) * last + o;
                const channel = kind === 'full' ? o : c * last + o;
                visit(x, w, ((n * output[0] + i) * output[1] + j) * out + channel);
              }
            }
          }
        }
      }
    }
  }
}
