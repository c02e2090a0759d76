import type { LoadedModel } from '../../../src/model/index.js';

type Weight = LoadedModel['weights'][number];

/** What tfjs-converter's `--quantize_uint8` makes of a model: model.json and one file of weights. */
export function uint8Files({ topology, weights }: LoadedModel): Buffer[] {
  const quantized = weights.map(quantize);
  const manifest = [{ paths: ['group1-shard1of1.bin'], weights: quantized.map(({ spec }) => spec) }];
  const json = { format: 'layers-model', modelTopology: topology, weightsManifest: manifest };
  return [Buffer.from(JSON.stringify(json)), Buffer.concat(quantized.map(({ bytes }) => bytes))];
}

/** Quantization of tensorflowjs/quantization.py: 256 even steps from the least to the largest value, moved so that 0 is one of them. */
function quantize({ name, shape, dtype, values }: Weight) {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  if (!(values instanceof Float32Array) || values.length === 0)
    return { spec: { name, shape, dtype }, bytes };
  const [least, most] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const scale = most > least ? (most - least) / 255 : 1;
  const min = least <= 0 && most >= 0 ? -Math.round(-least / scale) * scale : least;
  const codes = Uint8Array.from(values, (value) =>
    Math.max(0, Math.min(255, Math.round((value - min) / scale))),
  );
  return {
    spec: { name, shape, dtype, quantization: { dtype: 'uint8', scale, min } },
    bytes: Buffer.from(codes),
  };
}
