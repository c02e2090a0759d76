import { type NamedTensor, QgtError, sizeOf, widenFloat16 } from '../../core/index.js';
import { fileBytes, STRING_LENGTH_BYTES, type WeightSpec } from './manifest.js';

/**
 * Decodes the weights of one group; uint8, uint16 and float16 are widened as `tf.io.decodeWeights` does it.
 *
 * @param bytes  All of the group's shards, back to back.
 * @param where  The model's file, for messages.
 * @throws QgtError `bad-model` where strings don't fill the bytes or leave too few for what follows.
 */
export function decodeGroup(bytes: Uint8Array, specs: readonly WeightSpec[], where: string): NamedTensor[] {
  let offset = 0;
  const tensors = specs.map((spec) => {
    const length = spec.dtype === 'string' ? stringBytes(bytes, offset, spec, where) : fileBytes(spec);
    if (offset + length > bytes.length) throw lengthError(where, spec.name, bytes.length, offset + length);
    const own = bytes.slice(offset, offset + length); // a copy, so that wider element types are aligned
    offset += length;
    return { name: spec.name, shape: spec.shape, dtype: spec.dtype, values: decodeValues(own, spec) };
  });
  if (offset !== bytes.length) throw lengthError(where, specs.at(-1)?.name, bytes.length, offset);
  return tensors;
}

function decodeValues(bytes: Uint8Array<ArrayBuffer>, spec: WeightSpec): NamedTensor['values'] {
  const { quantization, dtype } = spec;
  if (quantization === undefined) {
    if (dtype === 'float32') return new Float32Array(bytes.buffer);
    if (dtype === 'int32') return new Int32Array(bytes.buffer);
    return bytes;
  }
  if (quantization.dtype === 'float16') return widenFloat16(new Uint16Array(bytes.buffer));
  const { scale, min } = quantization;
  const codes = quantization.dtype === 'uint8' ? bytes : new Uint16Array(bytes.buffer);
  return dtype === 'int32'
    ? Int32Array.from(codes, (code) => Math.round(code * scale + min))
    : Float32Array.from(codes, (code) => code * scale + min);
}

function stringBytes(bytes: Uint8Array, start: number, spec: WeightSpec, where: string): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = start;
  for (let left = sizeOf(spec.shape); left > 0; left--) {
    if (end + STRING_LENGTH_BYTES > bytes.length) throw lengthError(where, spec.name, bytes.length, end);
    end += STRING_LENGTH_BYTES + view.getUint32(end, true);
  }
  if (end > bytes.length) throw lengthError(where, spec.name, bytes.length, end);
  return end - start;
}

function lengthError(where: string, weight: string | undefined, got: number, expected: number): QgtError {
  return new QgtError('bad-model', {
    where: `${where}: ${weight ?? 'weights'}`,
    what: 'the strings do not fill the weight file',
    got: `${got} bytes`,
    expected: `${expected} bytes`,
    remedy: 'copy the weight files again',
  });
}

/**
 * Refuses weights that are not numbers.
 *
 * A graph's scalar constants may be infinite: masks and padding are made from them.
 *
 * @throws QgtError `non-finite` naming the tensor and the index of the first such element.
 */
export function checkFinite(tensors: readonly NamedTensor[], kind: 'layers' | 'graph', where: string): void {
  for (const { name, dtype, values } of tensors) {
    if (dtype !== 'float32') continue;
    const index = (values as Float32Array).findIndex((value) => !Number.isFinite(value));
    if (index === -1) continue;
    if (kind === 'graph' && values.length === 1 && !Number.isNaN(values[0])) continue;
    throw new QgtError('non-finite', {
      where: `${where}: ${name}`,
      what: `the weight at index ${index} is ${values[index]}`,
      remedy: 'the training diverged or the file is damaged; export a sound checkpoint',
    });
  }
}
