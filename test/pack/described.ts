import { bytesOf } from '../../src/core/index.js';
import { expandTensor, type StoredTensor } from '../../src/pack/index.js';

const hexadecimal = (values: ArrayBufferView): string => Buffer.from(bytesOf(values)).toString('hex');

/** A tensor in the words of decode.py: floats as hexadecimal little-endian bits. */
export function describeTensor(tensor: StoredTensor): Record<string, unknown> {
  const { name, shape } = tensor;
  const values = hexadecimal(expandTensor(tensor).values);
  if (tensor.encoding === 'raw') return { name, shape, dtype: tensor.dtype, values };
  const { levels, scale, offset } = tensor.grid;
  return {
    name,
    shape,
    axes: tensor.axes,
    codes: [...tensor.codes],
    levels: hexadecimal(levels),
    scale: hexadecimal(scale),
    ...(offset === undefined ? {} : { offset: hexadecimal(offset) }),
    values,
  };
}
