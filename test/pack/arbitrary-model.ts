import fc from 'fast-check';
import { channelLayout, sizeOf } from '../../src/core/index.js';
import type { CodedTensor, PackedModel, RawTensor, StoredTensor } from '../../src/pack/index.js';

type Contents = Pick<CodedTensor, 'shape' | 'axes' | 'codes' | 'grid'>;

const finiteFloat = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });

const floats = (count: number, one: fc.Arbitrary<number> = finiteFloat): fc.Arbitrary<Float32Array> =>
  fc.array(one, { minLength: count, maxLength: count }).map((values) => Float32Array.from(values));

const evenLevels = fc
  .tuple(fc.integer({ min: 2, max: 256 }), fc.constantFrom(1, 0.5, 0.1, 2 / 3), fc.constantFrom(0, -0.5, -1))
  .map(([count, step, middle]) =>
    Float32Array.from({ length: count }, (_, code) => (code + middle * count) * step),
  );

const unevenLevels = fc
  .uniqueArray(finiteFloat, { minLength: 2, maxLength: 256, selector: (value) => value + 0 })
  .map((values) => Float32Array.from(values).sort());

const shape = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });

const axesOf = (rank: number): fc.Arbitrary<number[]> =>
  fc
    .tuple(fc.integer({ min: 0, max: rank }), fc.integer({ min: 0, max: rank }))
    .map(([start, end]) => Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index));

const codesOf = (count: number, levels: number): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.integer({ min: 0, max: levels - 1 }), { minLength: count, maxLength: count })
    .map((codes) => Uint8Array.from(codes));

const coded: fc.Arbitrary<Contents> = fc
  .tuple(shape, fc.oneof(evenLevels, unevenLevels))
  .chain(([dimensions, levels]) =>
    axesOf(dimensions.length).chain((axes) => {
      const { channels } = channelLayout(dimensions, axes);
      return fc
        .tuple(
          codesOf(sizeOf(dimensions), levels.length),
          floats(channels),
          fc.option(floats(channels), { nil: undefined }),
        )
        .map(([codes, scale, offset]) => ({
          shape: dimensions,
          axes,
          codes,
          grid: { levels, scale, ...(offset === undefined ? {} : { offset }) },
        }));
    }),
  );

const raw: fc.Arbitrary<Omit<RawTensor, 'name' | 'encoding'>> = shape.chain((dimensions) => {
  const count = sizeOf(dimensions);
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  return fc.oneof(
    floats(count, fc.float()).map((values) => ({ shape: dimensions, dtype: 'float32' as const, values })),
    fc
      .int32Array({ minLength: count, maxLength: count })
      .map((values) => ({ shape: dimensions, dtype: 'int32' as const, values })),
    bytes(count).map((values) => ({ shape: dimensions, dtype: 'bool' as const, values })),
    bytes(count * 8).map((values) => ({ shape: dimensions, dtype: 'complex64' as const, values })),
    fc
      .uint8Array({ minLength: count * 4, maxLength: count * 4 + 9 })
      .map((values) => ({ shape: dimensions, dtype: 'string' as const, values })),
  );
});

const tensor: fc.Arbitrary<StoredTensor> = fc.oneof(
  fc
    .tuple(fc.string({ unit: 'grapheme' }), coded)
    .map(([name, rest]) => ({ encoding: 'codes' as const, name, ...rest })),
  fc
    .tuple(fc.string({ unit: 'grapheme' }), raw)
    .map(([name, rest]) => ({ encoding: 'raw' as const, name, ...rest })),
);

const jsonObject = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value) => JSON.parse(JSON.stringify(value)));

/** Tensors with names of their own, some of which are others again. */
const tensors: fc.Arbitrary<StoredTensor[]> = fc
  .tuple(
    fc.uniqueArray(tensor, { minLength: 1, maxLength: 6, selector: ({ name }) => name }),
    fc.array(fc.nat(), { maxLength: 3 }),
  )
  .map(([different, repeats]) => [
    ...different,
    ...repeats.map((at, index) => ({ ...different[at % different.length]!, name: `repeated for ${index}` })),
  ]);

/** Any model that a file can hold: all dtypes, 2 to 256 levels, any axes, empty tensors, odd counts, repeats. */
export const arbitraryModel: fc.Arbitrary<PackedModel> = fc
  .record({
    kind: fc.constantFrom('layers', 'graph'),
    topology: jsonObject,
    metadata: jsonObject,
    inputRange: fc.option(fc.constant('-1..1'), { nil: undefined }),
    classes: fc.option(fc.array(fc.string()), { nil: undefined }),
    tensors: fc.oneof({ weight: 9, arbitrary: tensors }, fc.constant([])),
  })
  .map(({ kind, topology, metadata, inputRange, classes, tensors }) => ({
    kind,
    topology,
    metadata,
    preprocessing: {
      ...(inputRange === undefined ? {} : { inputRange }),
      ...(classes === undefined ? {} : { classes }),
    },
    tensors,
  }));
