import { channelLayout, narrowFloat16, sizeOf, widenFloat16 } from '../../core/index.js';
import {
  type CodedTensor,
  type CodesForm,
  coders,
  type RawTensor,
  type StoredTensor,
} from '../../pack/index.js';
import { floatLiteral, stringLiteral } from './literals.js';
import { workspaceFields } from './workspace.js';

/** Names in the decoder of the coders that it knows. */
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  bits: 'QGT_BITS',
  radix: 'QGT_RADIX',
  range: 'QGT_RANGE',
};

type Encoding = 'QGT_BITS' | 'QGT_RADIX' | 'QGT_RANGE';

/** A field that needs an array definition: element type and literals. */
export interface ArrayField {
  readonly type: string;
  readonly literals: readonly string[];
}

/** Fields of a `qgt_tensor`, by their names in C; absent ones are 0 or NULL. */
export type TensorFields = Readonly<Record<string, string | number | ArrayField>>;

/** Describes a float32 tensor for C. */
export function tensorFields(tensor: StoredTensor): TensorFields {
  const { name, shape } = tensor;
  return {
    name: stringLiteral(name),
    shape: { type: 'uint32_t', literals: shape.map(String) },
    rank: shape.length,
    size: sizeOf(shape),
    ...(tensor.encoding === 'raw' ? rawFields(tensor) : codesFields(tensor)),
  };
}

function rawFields({ values }: RawTensor): TensorFields {
  return { encoding: 'QGT_FLOAT32', data: floats(values) };
}

function codesFields({ shape, axes, codes, grid }: CodedTensor): TensorFields {
  const { channels, inner } = channelLayout(shape, axes);
  const form = { shape, levels: grid.levels.length };
  const { encoding, bytes } = encodeShortest(codes, form);
  return {
    encoding,
    levels: form.levels,
    ...levelFields(grid.levels),
    channels,
    inner,
    ...scaleFields(grid.scale),
    ...(grid.offset === undefined ? {} : { offset: floats(grid.offset) }),
    data: { type: 'uint8_t', literals: Array.from(bytes, String) },
    ...(encoding === 'QGT_RANGE' ? { length: bytes.length, ...workspaceFields(form) } : {}),
  };
}

function encodeShortest(codes: Uint8Array, form: CodesForm): { encoding: Encoding; bytes: Uint8Array } {
  return coders
    .filter(({ decoder: { id } }) => id in ENCODINGS)
    .map((coder) => ({ encoding: ENCODINGS[coder.decoder.id]!, bytes: coder.encode(codes, form) }))
    .reduce((best, next) => (next.bytes.length < best.bytes.length ? next : best));
}

/** Describes levels by the first one and a step where float32 arithmetic reproduces them, else lists them all. */
function levelFields(levels: Float32Array): TensorFields {
  const first = levels[0]!;
  const step = Math.fround(levels[1]! - first);
  // The result must be the same whether a processor rounds once or twice here.
  const even = levels.every(
    (level, code) =>
      Object.is(level, Math.fround(first + Math.fround(code * step))) &&
      Object.is(level, Math.fround(first + code * step)),
  );
  return even ? { first: floatLiteral(first), step: floatLiteral(step) } : { level: floats(levels) };
}

/** Writes scales in half precision where it holds every scale exactly. */
function scaleFields(scale: Float32Array): TensorFields {
  const halves = narrowFloat16(scale);
  return widenFloat16(halves).every((value, channel) => Object.is(value, scale[channel]))
    ? { half_scale: { type: 'uint16_t', literals: Array.from(halves, String) } }
    : { scale: floats(scale) };
}

function floats(values: ArrayLike<number>): ArrayField {
  return { type: 'float', literals: Array.from(values, floatLiteral) };
}
