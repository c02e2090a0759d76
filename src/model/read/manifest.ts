import { z } from 'zod';
import { MAX_RANK, QgtError, sizeOf } from '../../core/index.js';

const quantizationSchema = z.discriminatedUnion('dtype', [
  z.object({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
  z.object({ dtype: z.literal('float16') }),
]);

const weightSchema = z.object({
  name: z.string().min(1),
  shape: z.array(z.int().nonnegative()).max(MAX_RANK),
  dtype: z.enum(['float32', 'int32', 'bool', 'string', 'complex64']),
  quantization: quantizationSchema.optional(),
  group: z.enum(['model', 'optimizer']).optional(),
});

const groupSchema = z.object({
  paths: z.array(z.string().min(1)),
  weights: z.array(weightSchema),
});

/** One weight as the manifest describes it. */
export type WeightSpec = z.infer<typeof weightSchema>;

/** Weights that lie back to back in one or more files. */
export type WeightGroup = z.infer<typeof groupSchema>;

const FILE_BYTES_PER_ELEMENT = {
  float32: 4,
  int32: 4,
  bool: 1,
  complex64: 8,
  uint8: 1,
  uint16: 2,
  float16: 2,
} as const;

/** Bytes in front of every string, for its length. */
export const STRING_LENGTH_BYTES = 4;

/**
 * Validates `weightsManifest`.
 *
 * @throws QgtError `bad-model` naming the weight: an unknown dtype, a negative or fractional dimension, a shape
 *   beyond all memory, a name that occurs twice.
 */
export function parseManifest(value: unknown, where: string): WeightGroup[] {
  const parsed = z.array(groupSchema).safeParse(value);
  if (!parsed.success) throw manifestError(value, parsed.error.issues[0]!, where);
  const names = new Set<string>();
  for (const spec of parsed.data.flatMap(({ weights }) => weights)) {
    checkSpec(spec, where);
    if (names.has(spec.name)) {
      throw new QgtError('bad-model', {
        where: `${where}: ${spec.name}`,
        what: 'two weights have this name',
        remedy: 'give the layers names of their own and export the model again',
      });
    }
    names.add(spec.name);
  }
  return parsed.data;
}

/** Bytes that a weight takes in its file; for strings, whose lengths the manifest doesn't tell, the fewest possible. */
export function fileBytes(spec: WeightSpec): number {
  if (spec.dtype === 'string') return sizeOf(spec.shape) * STRING_LENGTH_BYTES;
  return sizeOf(spec.shape) * FILE_BYTES_PER_ELEMENT[spec.quantization?.dtype ?? spec.dtype];
}

function checkSpec(spec: WeightSpec, where: string): void {
  if (!Number.isSafeInteger(fileBytes(spec))) {
    throw new QgtError('bad-model', {
      where: `${where}: ${spec.name}`,
      what: 'the shape is too large',
      got: `[${spec.shape.join(', ')}]`,
      remedy: 'export the model again',
    });
  }
  const stored = spec.quantization?.dtype;
  const takes = stored === 'float16' ? ['float32'] : ['float32', 'int32'];
  if (stored !== undefined && !takes.includes(spec.dtype)) {
    throw new QgtError('bad-model', {
      where: `${where}: ${spec.name}`,
      what: `weights of dtype ${spec.dtype} cannot be stored as ${stored}`,
      expected: takes.join(' or '),
      remedy: 'export the model again',
    });
  }
}

function manifestError(value: unknown, issue: z.core.$ZodIssue, where: string): QgtError {
  const [group, key, weight] = issue.path;
  const entry = key === 'weights' ? at(at(at(value, group), 'weights'), weight) : undefined;
  const name = at(entry, 'name');
  const got = issue.path.reduce(at, value);
  return new QgtError('bad-model', {
    where: `${where}: ${typeof name === 'string' ? name : ['weightsManifest', ...issue.path].join('.')}`,
    what: `${typeof name === 'string' ? `${issue.path.slice(3).join('.')}: ` : ''}${issue.message}`,
    got: got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 80),
    remedy: 'export the model again with tfjs or tensorflowjs_converter 4',
  });
}

function at(value: unknown, key: PropertyKey | undefined): unknown {
  return typeof value === 'object' && value !== null && key !== undefined
    ? Reflect.get(value, key)
    : undefined;
}
