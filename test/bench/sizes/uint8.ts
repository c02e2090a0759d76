import type { NamedTensor } from '../../../src/core/index.js';
import type { LoadedModel } from '../../../src/model/index.js';

/** A weight as uint8 codes, where it has any: `code * scale + min`. */
interface Uint8Weight {
  readonly weight: NamedTensor;
  readonly codes?: Uint8Array;
  readonly scale: number;
  readonly min: number;
}

/** What tfjs-converter's `--quantize_uint8` makes of a model: model.json and one file of weights. */
export function uint8Files({ topology, weights }: LoadedModel): Buffer[] {
  const quantized = weights.map(quantize);
  const specs = quantized.map(({ weight: { name, shape, dtype }, codes, scale, min }) => ({
    name,
    shape,
    dtype,
    ...(codes === undefined ? {} : { quantization: { dtype: 'uint8', scale, min } }),
  }));
  const manifest = [{ paths: ['group1-shard1of1.bin'], weights: specs }];
  const json = { format: 'layers-model', modelTopology: topology, weightsManifest: manifest };
  const bytes = quantized.map(({ weight: { values }, codes }) =>
    Buffer.from(codes ?? new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  );
  return [Buffer.from(JSON.stringify(json)), Buffer.concat(bytes)];
}

/** The values that stock tfjs reads from those files. */
export function uint8Weights({ weights }: LoadedModel): NamedTensor[] {
  return weights.map(quantize).map(({ weight, codes, scale, min }) => ({
    ...weight,
    values: codes === undefined ? weight.values : Float32Array.from(codes, (code) => code * scale + min),
  }));
}

/**
 * As tensorflowjs/quantization.py does with every float32 weight, biases and BatchNorm's among them: 256 even steps from
 * the least to the largest value, moved so that 0 is one of them.
 */
function quantize(weight: NamedTensor): Uint8Weight {
  const { values } = weight;
  if (!(values instanceof Float32Array) || values.length === 0) return { weight, scale: 1, min: 0 };
  const [least, most] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const scale = most > least ? (most - least) / 255 : 1;
  const min = least <= 0 && most >= 0 ? -Math.round(-least / scale) * scale : least;
  const codes = Uint8Array.from(values, (value) =>
    Math.max(0, Math.min(255, Math.round((value - min) / scale))),
  );
  return { weight, codes, scale, min };
}
