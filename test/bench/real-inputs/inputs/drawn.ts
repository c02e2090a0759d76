import { createRandom, type Random } from '../../../../src/core/index.js';
import { type DrawInputs, type Input, joined } from './input.js';

/** Of what is drawn here; `qgt compress` synthesises with seed 0. */
const SEED = 21;

/** Seeded inputs of one shape, each value or sample drawn by `draw`. */
function seeded(shape: readonly number[], draw: (random: Random, sample: number) => ArrayLike<number>) {
  return async (samples: number): Promise<Input[]> => {
    const random = createRandom(SEED);
    return [
      joined(
        Array.from({ length: samples }, (_, sample) => draw(random, sample)),
        shape,
      ),
    ];
  };
}

/** Standardised features: normal, mean 0 and deviation 1. */
export const features = (width: number): DrawInputs =>
  seeded([width], (random) => Array.from({ length: width }, () => random.normal()));

/** Values of a relu layer: half of them 0. */
export const activations = (width: number): DrawInputs =>
  seeded([width], (random) => Array.from({ length: width }, () => Math.max(0, random.normal())));

/** Columns that are uniform between the ends given. */
export const measurements = (ends: readonly (readonly [number, number])[]): DrawInputs =>
  seeded([ends.length], (random) => ends.map(([low, high]) => low + random.next() * (high - low)));

/** Tokens as often as words are (Zipf): the chance of the n-th falls as 1 / n. */
export const tokens = (length: number, vocabulary: number): DrawInputs =>
  seeded([length], (random) =>
    Array.from({ length }, () => Math.min(vocabulary - 1, Math.floor(vocabulary ** random.next()) - 1)),
  );

/** Any token as often as another. */
export const anyTokens = (length: number, vocabulary: number): DrawInputs =>
  seeded([length], (random) => Array.from({ length }, () => random.below(vocabulary)));

/** Paths that go on from step to step, in columns of their own. */
export const walks = (steps: number, columns: number): DrawInputs =>
  seeded([steps, columns], (random) => {
    const at = Array.from({ length: columns }, () => random.normal());
    return Array.from({ length: steps }, () => {
      for (const column of at.keys()) at[column]! += 0.3 * random.normal();
      return [...at];
    }).flat();
  });

/** Heartbeats: narrow peaks over slow waves and a little noise, standardised. */
export const heartbeats = (length: number): DrawInputs =>
  seeded([length], (random) => {
    const [peak, period, wave] = [random.next(), 40 + random.below(60), random.next()];
    const signal = Array.from({ length }, (_, at) => {
      const phase = (at / period + peak) % 1;
      return (
        bump(phase, 0.3, 0.02) -
        0.3 * bump(phase, 0.36, 0.03) +
        0.3 * bump(phase, 0.6, 0.07) +
        0.2 * wave * Math.sin(at / 30)
      );
    });
    return standardised(signal.map((value) => value + 0.02 * random.normal()));
  });

/** Tones of an instrument: a base between 60 and 1,000 Hz with overtones and a little noise. */
export function tones(shape: readonly number[], sampleRate: number, standardise: boolean) {
  const length = shape.reduce((product, each) => product * each, 1);
  return seeded(shape, (random) => {
    const [base, phase, fall] = [60 * (1000 / 60) ** random.next(), random.next(), 1 + random.next()];
    const signal = Float32Array.from({ length }, (_, at) => {
      const turns = (at / sampleRate) * base + phase;
      const overtones = [1, 2, 3, 4, 5].map((n) => Math.sin(2 * Math.PI * n * turns) / n ** fall);
      return 0.3 * overtones.reduce((sum, each) => sum + each, 0) + 0.005 * random.normal();
    });
    return standardise ? standardised(signal) : signal;
  });
}

/** A latent vector beside a class, as CVAE is asked for drawings. */
export function latentAndClass(latents: number, classes: number): DrawInputs {
  return async (samples) => {
    const [latent] = await seeded([latents], (random) =>
      Array.from({ length: latents }, () => random.normal()),
    )(samples);
    const [chosen] = await seeded([classes], (_, sample) =>
      Array.from({ length: classes }, (_each, at) => (at === sample % classes ? 1 : 0)),
    )(samples);
    return [latent!, chosen!];
  };
}

/** A bright ball with layers in a dark volume, values in 0..1, as a head in a scan. */
export const heads = (side: number): DrawInputs =>
  seeded([side, side, side, 1], (random) => {
    const centre = [0, 0, 0].map(() => side * (0.45 + 0.1 * random.next()));
    const radius = side * (0.3 + 0.15 * random.next());
    const [folds, tilt] = [3 + random.below(4), random.next() * 6];
    return Float32Array.from({ length: side ** 3 }, (_, index) => {
      const at = [Math.floor(index / side ** 2), Math.floor(index / side) % side, index % side];
      const [x, y, z] = at.map((value, axis) => (value - centre[axis]!) / radius) as [number, number, number];
      const depth = Math.hypot(x, y, z) + 0.08 * Math.sin(folds * Math.atan2(y, x) + 4 * z + tilt);
      const tissue = depth > 1 ? 0.02 : depth > 0.9 ? 0.8 : depth > 0.7 ? 0.45 : 0.65;
      return Math.max(0, Math.min(1, tissue + 0.03 * random.normal()));
    });
  });

const bump = (at: number, centre: number, width: number): number =>
  Math.exp(-(((at - centre) / width) ** 2) / 2);

function standardised(values: ArrayLike<number>): Float32Array {
  const list = Float32Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  const deviation = Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length);
  return list.map((value) => (value - mean) / deviation);
}
