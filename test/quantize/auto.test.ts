import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withPrecisions } from '../../src/compression/file/short-floats.js';
import { channelLayout, createRandom, type Random, sizeOf } from '../../src/core/index.js';
import { packModel } from '../../src/pack/index.js';
import {
  type Bits,
  dequantize,
  encode,
  mse,
  type Quantizer,
  quantizerFor,
  quantizers,
} from '../../src/quantize/index.js';

/** Squared error times 4 to the bits a weight that the packed file takes. */
async function costInFile(quantizer: Quantizer, weights: Float32Array, shape: number[], bits: Bits) {
  const layout = channelLayout(shape, [1]);
  const { codes, grid } = encode(weights, quantizer.fit(weights, layout, bits), layout);
  const { tensorBytes } = await packModel(
    withPrecisions(
      {
        kind: 'layers',
        topology: {},
        metadata: {},
        preprocessing: {},
        tensors: [{ encoding: 'codes', name: 'k', shape, axes: [1], codes, grid }],
      },
      new Map([['k', 16]]),
    ),
  );
  const error = mse(weights, dequantize({ codes, grid, layout }));
  // float32 keeps 24 bits: no error at all is worth no more than that.
  const leastError = mse(weights, new Float32Array(weights.length)) * 4 ** -24;
  return Math.max(error, leastError) * 4 ** ((8 * tensorBytes.get('k')!) / weights.length);
}

const normal = ({ normal }: Random) => normal();
const laplace = ({ next }: Random) => Math.log(1 - next()) * (next() < 0.5 ? 1 : -1);
const leaning = ({ normal }: Random) => normal() ** 2;
const heaps = ({ below, normal }: Random) => [-2.5, -0.4, 0.3, 1][below(4)]! + 0.02 * normal();
const steps = ({ below }: Random) => below(4) - 2;

describe('quantizer auto', () => {
  const cases: [string, (random: Random) => number, number[], Bits, string][] = [
    ['a small normal kernel', normal, [36, 8], 3, 'uniform'],
    ['a large normal kernel', normal, [1024, 16], 4, 'uniform'],
    ['outliers in a large kernel', laplace, [1024, 16], 3, 'integer'],
    ['weights in uneven heaps', heaps, [1024, 16], 2, 'codebook'],
    ['weights that lean to one side', leaning, [1024, 16], 8, 'affine'],
    ['weights on the integers', steps, [200, 4], 2, 'integer'],
    ['fewer weights than codes', normal, [40, 1], 6, 'uniform'],
  ];
  for (const [what, value, shape, bits, expected] of cases) {
    it(`${what}: ${expected}, which costs least in the file`, async () => {
      const random = createRandom(1);
      const weights = Float32Array.from({ length: sizeOf(shape) }, () => value(random));
      const chosen = quantizerFor('auto', weights, channelLayout(shape, [1]), bits);
      assert.equal(chosen.name, expected);
      const cost = await costInFile(chosen, weights, shape, bits);
      for (const other of quantizers.filter(({ widths }) => widths.includes(bits))) {
        const otherCost = await costInFile(other, weights, shape, bits);
        assert.ok(cost <= otherCost * 4 ** 0.03, `${other.name}: ${otherCost} against ${cost}`);
      }
    });
  }
});
