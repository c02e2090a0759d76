import * as tf from './tf.js';

/** Steps along rows and columns. */
export type Steps = readonly [rows: number, columns: number];

/**
 * Puts `step - 1` zeros between neighbouring rows and columns.
 *
 * @param x  [batch, rows, columns, channels]
 * @returns [batch, (rows - 1) * step + 1, (columns - 1) * step + 1, channels]
 */
export function dilate(x: tf.Tensor4D, [down, across]: Steps): tf.Tensor4D {
  if (down === 1 && across === 1) return x;
  const [batch, rows, columns, channels] = x.shape;
  // One pad does both: a row's own zeros come from the second dimension, a column's from the last.
  const cells = tf.pad4d(tf.reshape(x, [batch * rows, 1, columns, channels]), [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, (across - 1) * channels],
  ]);
  const padded = tf.reshape(cells, [batch, rows * down, columns * across, channels]) as tf.Tensor4D;
  return tf.slice4d(
    padded,
    [0, 0, 0, 0],
    [batch, (rows - 1) * down + 1, (columns - 1) * across + 1, channels],
  );
}

/**
 * Keeps every `step`-th row and column, the first included: undoes `dilate`.
 *
 * @param x  [batch, (rows - 1) * step + 1, (columns - 1) * step + 1, channels]
 * @returns [batch, rows, columns, channels]
 */
export function subsample(x: tf.Tensor4D, [down, across]: Steps): tf.Tensor4D {
  if (down === 1 && across === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const rows = (height - 1) / down + 1;
  const columns = (width - 1) / across + 1;
  const padded = tf.pad4d(x, [
    [0, 0],
    [0, down - 1],
    [0, across - 1],
    [0, 0],
  ]);
  const cells = tf.reshape(padded, [batch * rows, down, columns, across * channels]) as tf.Tensor4D;
  const kept = tf.slice4d(cells, [0, 0, 0, 0], [batch * rows, 1, columns, channels]);
  return tf.reshape(kept, [batch, rows, columns, channels]);
}

/** Adds zero rows and columns at the edges, or takes some away where the count is negative. */
export function padOrCrop(
  x: tf.Tensor4D,
  [top, bottom]: readonly [number, number],
  [left, right]: readonly [number, number],
): tf.Tensor4D {
  const cut = (count: number) => Math.max(0, -count);
  const add = (count: number) => Math.max(0, count);
  const [batch, rows, columns, channels] = x.shape;
  let framed = x;
  if (Math.min(top, bottom, left, right) < 0) {
    framed = tf.slice4d(
      framed,
      [0, cut(top), cut(left), 0],
      [batch, rows - cut(top) - cut(bottom), columns - cut(left) - cut(right), channels],
    );
  }
  if (Math.max(top, bottom, left, right) > 0) {
    framed = tf.pad4d(framed, [
      [0, 0],
      [add(top), add(bottom)],
      [add(left), add(right)],
      [0, 0],
    ]);
  }
  return framed;
}
