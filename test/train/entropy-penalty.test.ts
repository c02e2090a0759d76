import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { channelLayout, createRandom, forEachElement } from '../../src/core/index.js';
import * as tf from '../../src/engine/tf.js';
import { variableOf } from '../../src/engine/weights.js';
import { quantizers } from '../../src/quantize/index.js';
import { fillingKernels, levelsOf, onGrid, refit } from '../../src/train/guided-kernel.js';
import { guideKernel } from '../../src/train/index.js';
import { MIN_PENALTY, PenaltyControl } from '../../src/train/penalty-control.js';
import { SteadySize } from '../../src/train/steady-size.js';
import { startCpu } from '../cpu-engine.js';

const SHAPE = [3, 3, 8, 6];

/** A conv2d kernel [3,3,8,6] of normal values in a layer. */
function convKernel(seed: number) {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: 432 }, () => random.normal());
  const layer = tf.layers.conv2d({ filters: 6, kernelSize: 3, inputShape: [8, 8, 8], useBias: false });
  tf.sequential({ layers: [layer] });
  layer.setWeights([tf.tensor(values, SHAPE)]);
  return { values, variable: variableOf(layer.weights[0]!), layout: channelLayout(SHAPE, [3]) };
}

const quantizerNamed = (name: string) => quantizers.find((each) => each.name === name)!;

describe('an entropy penalty', () => {
  before(async () => void (await startCpu()));

  for (const [name, bits] of [
    ['uniform', 2],
    ['integer', 2],
    ['ternary', 1.58],
    ['power-of-two', 3],
    ['affine', 3],
    ['codebook', 3],
  ] as const) {
    for (const penalty of [0, 0.05, 0.2]) {
      it(`${name}, ${bits} bits at ${penalty}: every weight has the code of the least error and bits`, () => {
        const { values, variable, layout } = convKernel(bits);
        const { levels, scale, offset } = quantizerNamed(name).fit(values, layout, bits);
        const kernel = guideKernel(
          { name: 'k', variable, axes: [3] },
          { levels, scale, ...(offset && { offset }) },
          tf.variable(tf.scalar(penalty)),
        );
        // The first codes are chosen while all bits cost the same: the nearest.
        const nearest = [...values].map((value, at) => {
          const u = (value - (offset?.[at % 6] ?? 0)) / scale[at % 6]!;
          return [...levels].reduce((best, level) =>
            Math.abs(u - level) <= Math.abs(u - best) ? level : best,
          );
        });
        refit(kernel);
        kernel.scale.assign(tf.tensor(scale, [1, 6, 1]));
        if (offset) kernel.offset!.assign(tf.tensor(offset, [1, 6, 1]));
        const bitsOf = (level: number) => {
          const count = nearest.filter((each) => each === level).length;
          return -Math.log2(Math.max(1, count) / nearest.length);
        };
        const square = new Float64Array(6);
        forEachElement(layout, (at, channel) => {
          square[channel]! += (values[at]! - (offset?.[channel] ?? 0)) ** 2 / 72;
        });
        const chosen = onGrid(kernel).dataSync();
        let moved = 0;
        forEachElement(layout, (at, channel) => {
          const shift = offset?.[channel] ?? 0;
          const cost = (level: number) =>
            (values[at]! - shift - scale[channel]! * level) ** 2 + penalty * square[channel]! * bitsOf(level);
          const level = (chosen[at]! - shift) / scale[channel]!;
          const near = [...levels].find((each) => Math.abs(each - level) < 1e-3)!;
          if (near !== nearest[at]) moved++;
          // Only neighbours are weighed against each other; and a level keeps the weights that lie on it, whatever it costs.
          for (const other of [...levels.keys()].filter((at) => Math.abs(at - levels.indexOf(near)) === 1)) {
            const step = Math.abs(levels[other]! - near);
            const dearer = bitsOf(near) - bitsOf(levels[other]!);
            const shift = (penalty * square[channel]! * dearer) / scale[channel]! ** 2 / (2 * step);
            if (Math.abs(shift) < 0.49 * step) assert.ok(cost(near) <= cost(levels[other]!) + 1e-4);
          }
        });
        assert.ok(penalty === 0 ? moved === 0 : moved > 0, `${moved} moved`);
      });
    }
  }

  it('a weight that lies on a level stays there, however dear it is', () => {
    const { values, variable, layout } = convKernel(3);
    const grid = quantizerNamed('uniform').fit(values, layout, 2);
    const kernel = guideKernel({ name: 'k', variable, axes: [3] }, grid, tf.variable(tf.scalar(5)));
    for (let round = 0; round < 3; round++) refit(kernel);
    const settled = onGrid(kernel);
    variable.assign(settled as tf.Tensor4D);
    const again = onGrid(kernel).dataSync();
    for (const [at, value] of settled.dataSync().entries()) assert.ok(Math.abs(value - again[at]!) < 1e-6);
  });

  it('kernels with many levels have no entropy penalty', () => {
    const { values, variable, layout } = convKernel(3);
    const grid = quantizerNamed('uniform').fit(values, layout, 8);
    assert.equal(
      guideKernel({ name: 'k', variable, axes: [3] }, grid, tf.variable(tf.scalar(1))).entropyPenalty,
      undefined,
    );
  });
});

/** A file that follows the penalty late: each time that it is measured it goes half of the way. */
function lateFile(factor: tf.Variable): () => Promise<number> {
  let bits = 1.9;
  return async () => {
    const wanted = 1.9 - 0.5 * Math.log10(1 + 20 * factor.dataSync()[0]!);
    bits += 0.5 * (wanted - bits);
    return 2000 + 9000 * bits;
  };
}

/** Bytes that the codes of a kernel take by their entropy. */
function entropyBytes(kernel: ReturnType<typeof guideKernel>): number {
  const counts = new Map<number, number>();
  const levels = levelsOf(kernel);
  for (const level of levels) counts.set(level, (counts.get(level) ?? 0) + 1);
  const bits = [...counts.values()].map((count) => -count * Math.log2(count / levels.length));
  return bits.reduce((sum, each) => sum + each) / 8;
}

describe('the penalty that reaches a size', () => {
  before(async () => void (await startCpu()));

  for (const mostBytes of [18_000, 16_000, 14_000]) {
    it(`${mostBytes} bytes are reached and kept, by a file that follows the penalty late`, async () => {
      const factor = tf.variable(tf.scalar(0.1));
      const measureBytes = lateFile(factor);
      const control = new PenaltyControl([], { factor, mostBytes, measureBytes, remedy: '' });
      const fits: boolean[] = [];
      for (let epoch = 0; epoch < 30; epoch++) {
        fits.push(await control.fits());
        assert.equal(control.stuck(), null);
        control.adjust();
      }
      assert.ok(fits.slice(-8).every(Boolean), fits.join(' '));
      assert.ok((await measureBytes()) > 0.98 * mostBytes);
    });
  }

  it('a size that is out of reach is said within three epochs, once, and the penalty stays bearable', async () => {
    const factor = tf.variable(tf.scalar(0.1));
    const measureBytes = lateFile(factor);
    const control = new PenaltyControl([], {
      factor,
      mostBytes: 9000,
      measureBytes,
      remedy: 'set --bits auto',
    });
    await control.trim();
    const told: [number, string][] = [];
    for (let epoch = 1; epoch <= 20; epoch++) {
      assert.equal(await control.fits(), false);
      const note = control.stuck();
      if (note !== null) told.push([epoch, note]);
      control.adjust();
      assert.ok(factor.dataSync()[0]! <= 1);
    }
    assert.equal(told.length, 1);
    assert.ok(told[0]![0] <= 3);
    assert.match(told[0]![1], /the file takes \S+ bytes, where 9000 are wanted.*: set --bits auto/);
  });

  for (const share of [0.99, 0.9, 0.7]) {
    it(`weights are trimmed to ${share} of their bytes, by the lowest penalty that does it`, async () => {
      const { values, variable, layout } = convKernel(4);
      const factor = tf.variable(tf.scalar(MIN_PENALTY));
      const grid = quantizerNamed('uniform').fit(values, layout, 3);
      const kernel = guideKernel({ name: 'k', variable, axes: [3] }, grid, factor);
      refit(kernel).dispose();
      const mostBytes = share * entropyBytes(kernel);
      const measureBytes = async () => entropyBytes(kernel);
      const control = new PenaltyControl([kernel], { factor, mostBytes, measureBytes, remedy: '' });
      assert.ok(await control.trim());
      const bytes = entropyBytes(kernel);
      assert.ok(bytes <= mostBytes && bytes > 0.97 * mostBytes, `${bytes} of ${mostBytes}`);
      assert.deepEqual([...variable.dataSync()], [...values]);
      const penalty = factor.dataSync()[0]!;
      assert.ok(penalty > MIN_PENALTY && penalty < 0.5, `${penalty}`);
      assert.ok(await control.trim());
      assert.equal(factor.dataSync()[0], penalty);
    });
  }

  it('what cannot be trimmed enough is left at the highest penalty', async () => {
    const { values, variable, layout } = convKernel(4);
    const factor = tf.variable(tf.scalar(MIN_PENALTY));
    const grid = quantizerNamed('uniform').fit(values, layout, 2);
    const kernel = guideKernel({ name: 'k', variable, axes: [3] }, grid, factor);
    const measureBytes = async () => entropyBytes(kernel);
    const control = new PenaltyControl([kernel], { factor, mostBytes: 1, measureBytes, remedy: '' });
    assert.equal(await control.trim(), false);
    assert.equal(factor.dataSync()[0], 1);
    assert.ok(entropyBytes(kernel) > 1);
  });
});

describe('a size that is filled steadily', () => {
  before(async () => void (await startCpu()));

  for (const bits of [2, 3, 4, 6, 8] as const) {
    for (const share of [0.97, 0.85]) {
      it(`${bits} bits at ${share} of their bytes: all of the size is used, up again where weights get smaller`, async () => {
        const { values, variable, layout } = convKernel(bits);
        const factor = tf.variable(tf.scalar(0));
        const grid = quantizerNamed('uniform').fit(values, layout, bits);
        const kernel = guideKernel({ name: 'k', variable, axes: [3] }, grid, factor, 'once');
        const measureBytes = async () => entropyBytes(kernel);
        const unpenalized = await measureBytes();
        const mostBytes = share * unpenalized;
        const size = new SteadySize([kernel], {
          factor,
          counts: 'once',
          mostBytes,
          measureBytes,
          remedy: '',
        });
        await size.begin();
        const begun = await measureBytes();
        assert.ok(begun > mostBytes && begun < unpenalized, `${begun}`);
        const used = async () => (await measureBytes()) / mostBytes;
        await size.fits('training');
        // Of 432 codes each counts.
        assert.ok((await used()) <= 1 && (await used()) > 0.98, `${await used()}`);
        assert.deepEqual([...fillingKernels([kernel])], ['k']);
        const penalty = factor.dataSync()[0]!;
        // Smaller weights on the same scale have fewer codes, and leave room.
        variable.assign(tf.mul(variable, 0.9));
        await size.fits('training');
        assert.ok((await used()) <= 1, `${await used()}`);
        assert.ok(factor.dataSync()[0]! <= penalty);
      });
    }
  }

  it('a file that is small enough has no penalty', async () => {
    const { values, variable, layout } = convKernel(1);
    const factor = tf.variable(tf.scalar(0));
    const grid = quantizerNamed('uniform').fit(values, layout, 3);
    const kernel = guideKernel({ name: 'k', variable, axes: [3] }, grid, factor, 'once');
    const measureBytes = async () => entropyBytes(kernel);
    const options = { factor, counts: 'once', mostBytes: 1e6, measureBytes, remedy: '' } as const;
    const size = new SteadySize([kernel], options);
    const before = levelsOf(kernel);
    await size.begin();
    assert.ok(await size.fits('training'));
    assert.equal(factor.dataSync()[0], 0);
    assert.deepEqual(levelsOf(kernel), before);
  });
});
