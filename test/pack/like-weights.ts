import { createRandom, type Shape, sizeOf } from '../../src/core/index.js';
import type { CodedTensor } from '../../src/pack/index.js';

/** Codes with what those of trained kernels have: neighbours that are alike, and columns that are near the middle. */
export function likeWeights(shape: Shape, levels: number, seed: number): CodedTensor {
  const random = createRandom(seed);
  const columns = shape.at(-1) ?? 1;
  const spread = Float64Array.from({ length: columns }, () => random.next());
  const codes = new Uint8Array(sizeOf(shape));
  for (let index = 0; index < codes.length; index++) {
    const drawn = (random.next() + random.next() - 1) * spread[index % columns]!;
    const before = index >= columns ? codes[index - columns]! / (levels - 1) - 0.5 : 0;
    codes[index] = Math.max(0, Math.min(levels - 1, Math.round((levels - 1) * (0.5 + drawn + before / 3))));
  }
  return {
    encoding: 'codes',
    name: 'k',
    shape,
    axes: [],
    codes,
    grid: {
      levels: Float32Array.from({ length: levels }, (_, code) => code - (levels - 1) / 2),
      scale: Float32Array.of(0.1),
    },
  };
}
