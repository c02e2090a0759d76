import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tf } from '../../src/engine/index.js';
import {
  type CompressResult,
  evaluate,
  inspect,
  loadQgt,
  planCompression,
  reportSchema,
} from '../../src/index.js';
import { withSharedPaths } from '../../src/pipeline/shared-paths.js';
import { compress } from '../validated.js';
import { digits, saveFewDigits, testDigits, withFolder } from './digits.js';

const short = {
  model: digits.model,
  bits: 2,
  data: digits.train,
  eval: digits.test,
  engine: 'embedded',
  epochs: 1,
} as const;

/** Enough samples where a test says nothing of accuracy. */
let few: typeof short;
/** What `compress` made of `few`; several tests look at it. */
let compressed: CompressResult;
let home = '';

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'qgt-test-'));
  few = { ...short, data: await saveFewDigits(100, home), eval: await saveFewDigits(60, home, 'test') };
  compressed = await compress({ ...few, output: join(home, 'out') });
});
after(() => rm(home, { recursive: true, force: true }));

/** Accuracy by stock tfjs calls alone. */
async function accuracyOf(model: tf.LayersModel): Promise<number> {
  const { pixels, labels, count } = await testDigits();
  const answers = tf.tidy(() => {
    const output = model.predict(tf.tensor4d(pixels, [count, 8, 8, 1])) as tf.Tensor;
    return tf.argMax(output, -1).dataSync();
  });
  return labels.filter((label, index) => answers[index] === label).length / count;
}

describe('compress', () => {
  for (const { bits, epochs, drop, ratio } of [
    { bits: 2, epochs: 5, drop: 2, ratio: 8 },
    { bits: 4, epochs: 3, drop: 0.5, ratio: 6 },
  ] as const) {
    it(`digits at ${bits} bits lose at most ${drop} points and are at least ${ratio} times smaller`, () =>
      withFolder(async (folder) => {
        const full = { ...short, engine: undefined, bits, epochs, output: join(folder, 'out') };
        const { report, files } = await compress(full);
        assert.deepEqual(files, [join(folder, 'out', 'model.qgt'), join(folder, 'out', 'report.json')]);
        assert.deepEqual(
          reportSchema.parse(JSON.parse(await readFile(files[1]!, 'utf8'))).metric,
          withSharedPaths(report).metric,
        );
        assert.equal(report.totals.bytesAfter, (await stat(files[0]!)).size);
        const before =
          (await stat(digits.model)).size +
          (await stat(digits.model.replace('model.json', 'weights.bin'))).size;
        assert.equal(report.totals.bytesBefore, before);
        assert.ok(report.totals.ratio >= ratio, `ratio ${report.totals.ratio}`);
        assert.ok(report.metric!.drop <= drop, `drop ${report.metric!.drop}`);

        const model = (await loadQgt(new Uint8Array(await readFile(files[0]!)), {
          tf,
          kind: 'layers',
        })) as tf.LayersModel;
        assert.ok(Math.abs((await accuracyOf(model)) - report.metric!.after) < 1e-9);
        const stock = await tf.loadLayersModel(tf.io.fromMemory(await artifacts()));
        assert.ok(Math.abs((await accuracyOf(stock)) - report.metric!.before) < 1e-9);

        for (const layer of model.layers) {
          for (const weight of layer.weights) {
            const row = report.layers.find(({ name }) => name === weight.originalName);
            if (row === undefined) assert.match(weight.originalName, /bias$/); // what BatchNorm became
            if (row === undefined || row.bits === 32) continue;
            const channels = weight.shape.at(row.kind === 'DepthwiseConv2D' ? -2 : -1)!;
            const values = weight.read().dataSync();
            const perChannel = Array.from({ length: channels }, () => new Set<number>());
            for (const [index, value] of values.entries()) perChannel[index % channels]!.add(value);
            for (const distinct of perChannel) assert.ok(distinct.size <= 2 ** row.bits);
          }
        }
      }));
  }

  it('the same seed gives the same bytes, another seed others, and no tensor is left behind', () =>
    withFolder(async (folder) => {
      const run = async (name: string, seed: number) => {
        await compress({ ...few, seed, output: join(folder, name) });
        return readFile(join(folder, name, 'model.qgt'));
      };
      const first = await readFile(compressed.files[0]!);
      const tensors = tf.memory().numTensors;
      assert.deepEqual(await run('second', 0), first);
      assert.equal(tf.memory().numTensors, tensors);
      assert.notDeepEqual(await run('third', 2), first);
    }));

  it('leaves digits as they are, whose mirror images are no digits, and varies them where that is asked for', () =>
    withFolder(async (folder) => {
      const read = async ({ report, files }: CompressResult) => ({
        notes: report.notes.join('\n'),
        bytes: await readFile(files[0]!),
      });
      const run = async (augment: string) =>
        read(await compress({ ...few, augment, output: join(folder, augment) }));
      const [auto, none, shifted] = [await read(compressed), await run('none'), await run('shift')];
      assert.match(auto.notes, /augmentation: none, .*flip 0\.[0-8]/);
      assert.doesNotMatch(none.notes, /augmentation/);
      assert.deepEqual(auto.bytes, none.bytes);
      assert.notDeepEqual(shifted.bytes, none.bytes);
    }));

  it('float forward ends on the grid too, one scale a tensor, with another quantizer and bits by layer', () =>
    withFolder(async (folder) => {
      const { report } = await compress({
        ...few,
        forward: 'float',
        granularity: 'perTensor',
        quantizer: 'integer',
        layer: { residual: 3 },
        uniform: true,
        output: join(folder, 'out'),
        report: ['csv', 'markdown'],
      });
      const bits = Object.fromEntries(report.layers.map(({ name, bits }) => [name, bits]));
      assert.equal(bits['residual/kernel'], 3);
      assert.equal(bits['stem/kernel'], 2);
      assert.ok(report.layers.every(({ residual, bits }) => (bits === 32) === (residual === null)));
      assert.deepEqual((await readdir(join(folder, 'out'))).sort(), [
        'model.qgt',
        'report.csv',
        'report.json',
        'report.md',
      ]);
    }));

  it('1.58 bits are ternary, by either name, and the edges keep 8', () =>
    withFolder(async (folder) => {
      const run = async (name: string, options: object) => {
        const output = join(folder, name);
        const { report, files } = await compress({ ...few, ...options, output });
        const bits = Object.fromEntries(report.layers.map((layer) => [layer.name, layer.bits]));
        return { bits, layers: report.layers, file: await readFile(files[0]!) };
      };
      const byBits = await run('bits', { bits: 1.58, quantizer: 'integer' });
      const byQuantizer = await run('quantizer', { bits: undefined, quantizer: 'ternary' });
      assert.equal(byBits.bits['residual/kernel'], 1.58);
      assert.equal(byBits.bits['stem/kernel'], 8);
      assert.deepEqual(byQuantizer.bits, byBits.bits);
      const model = (await loadQgt(new Uint8Array(byBits.file), { tf, kind: 'layers' })) as tf.LayersModel;
      const kernel = model.weights.find(({ originalName }) => originalName === 'residual/kernel')!.read();
      const channels = tf.unstack(tf.reshape(kernel, [-1, kernel.shape.at(-1)!]), 1);
      for (const channel of channels) {
        const values = [...new Set(channel.dataSync())].sort((a, b) => a - b);
        assert.ok(
          values.length <= 3 && values.every((value) => [0, values.at(-1)].includes(Math.abs(value))),
        );
      }
    }));

  it('trains toward uneven levels: every weight ends at a power of two of its channel', () =>
    withFolder(async (folder) => {
      const output = join(folder, 'out');
      const options = { ...few, bits: 3, quantizer: 'power-of-two', epochs: 2, output } as const;
      const { report, files } = await compress(options);
      assert.equal(report.layers.find(({ name }) => name === 'residual/kernel')!.quantizer, 'power-of-two');
      assert.equal(report.layers.find(({ name }) => name === 'stem/kernel')!.quantizer, 'uniform');
      assert.ok(report.metric!.after > 0.9, `accuracy ${report.metric!.after}`);
      const bytes = new Uint8Array(await readFile(files[0]!));
      const model = (await loadQgt(bytes, { tf, kind: 'layers' })) as tf.LayersModel;
      const kernel = model.weights.find(({ originalName }) => originalName === 'residual/kernel')!.read();
      for (const channel of tf.unstack(tf.reshape(kernel, [-1, kernel.shape.at(-1)!]), 1)) {
        const magnitudes = channel.dataSync().map(Math.abs);
        const largest = Math.max(...magnitudes);
        assert.ok(magnitudes.every((each) => Number.isInteger(Math.log2(largest / each))));
      }
    }));

  it('auto says which grid each layer is on', () =>
    withFolder(async (folder) => {
      const { report } = await compress({
        ...few,
        bits: 4,
        epochs: 0,
        quantizer: 'auto',
        output: join(folder, 'out'),
      });
      const names = new Set(report.layers.map(({ quantizer }) => quantizer));
      assert.ok(names.delete(null));
      assert.ok(!names.has('auto') && !names.has('ternary'), [...names].join(', '));
    }));

  it('without data it says so, and how far the outputs agree', () =>
    withFolder(async (folder) => {
      const { report } = await compress({
        model: digits.model,
        bits: 4,
        epochs: 1,
        synthesisSamples: 8,
        synthesisSteps: 1,
        output: join(folder, 'out'),
      });
      assert.equal(report.metric!.name, 'agreement');
      assert.equal(report.data.source, 'synthesised');
      assert.match(report.notes.join('\n'), /accuracy was not measured/);
      assert.ok(report.metric!.after > 0.5);
    }));

  const untrained = { learningRate: undefined, maxTime: 3600, trained: false };
  for (const { what, bits, learningRate, maxTime, trained, note } of [
    // Longer than any machine takes: a training that was cut short need not be better.
    {
      what: 'keeps',
      bits: 2,
      learningRate: undefined,
      maxTime: 3600,
      trained: true,
      note: /trained weights were kept/,
    },
    { what: 'gives up', bits: 2, ...untrained, learningRate: 1, note: /training was given up/ },
    { what: 'spares', bits: 8, ...untrained, note: /nothing was trained/ },
  ] as const) {
    it(`without data it ${what} a training that is to be ${trained ? 'better than' : 'held against'} rounding`, () =>
      withFolder(async (folder) => {
        const free = {
          model: digits.model,
          bits,
          engine: 'embedded',
          maxTime,
          synthesisSamples: trained ? 64 : 8,
          synthesisSteps: trained ? 5 : 1,
          epochs: trained ? 2 : 1,
        } as const;
        const { report } = await compress({ ...free, learningRate, output: join(folder, 'free') });
        const rounded = await compress({ ...few, bits, epochs: 0, output: join(folder, 'rounded') });
        assert.match(report.notes.join('\n'), note);
        assert.equal(report.training !== null, trained);
        const errors = (each: typeof report) => each.layers.map(({ sqnrDb }) => sqnrDb);
        if (trained) assert.notDeepEqual(errors(report), errors(rounded.report));
        else assert.deepEqual(errors(report), errors(rounded.report));
      }));
  }

  it('stays within --max-time, and says what there was no time for', () =>
    withFolder(async (folder) => {
      const { report } = await compress({ ...few, epochs: 1000, maxTime: 1, output: join(folder, 'out') });
      assert.ok(report.training!.epochsDone < 1000);
      assert.match(
        report.notes.join('\n'),
        /of 1000 epochs in the \d s that --max-time left|that --max-time left for training were used up/,
      );
    }));

  it('what it wrote is inspected and evaluated', async () => {
    const { report, files } = compressed;
    const file = files[0]!;
    const evaluated = await evaluate({ model: file, data: few.eval, against: digits.model });
    assert.equal(evaluated.models[0]!.metrics[0]!.value, report.metric!.after);
    assert.equal(evaluated.models[1]!.metrics[0]!.value, report.metric!.before);
    assert.deepEqual(
      evaluated.inputRanges.map(({ range }) => range),
      ['0..1'],
    );
    assert.equal(evaluated.reference, evaluated.models[1]!.source);
    const { drop, dropMargin } = report.metric!.outputs[0]!;
    assert.deepEqual(
      evaluated.drop!.map(({ points, margin }) => [points, margin]),
      [[drop, dropMargin]],
    );
    assert.ok(dropMargin! > 0);
    const alike = await evaluate({ model: file, data: few.eval, against: file });
    assert.deepEqual([alike.reference, alike.agreement![0]!.value], [file, 1]);
    assert.match(alike.notes.join('\n'), /both models are packed, and .*model\.qgt, which was named first/);
    const inspected = await inspect({ model: file });
    assert.equal(inspected.format, 'qgt');
    const sizes = Object.fromEntries(inspected.weights.map(({ name, bytes }) => [name, bytes]));
    for (const { name, packedBytes, reason } of report.layers) {
      assert.equal(sizes[name] ?? 0, packedBytes);
      assert.equal(sizes[name] === undefined, reason === 'BatchNorm, folded into the kernel before it');
    }
    assert.match(report.notes.join('\n'), /BatchNorm layers folded .*: 4 of 4/);
  });

  it('a plan has the bits and, nearly, the bytes of the run', async () => {
    const plan = await planCompression(few);
    const { report } = compressed;
    assert.deepEqual(
      plan.layers.map(({ name, bits }) => [name, bits]),
      report.layers.map(({ name, bits }) => [name, bits]),
    );
    assert.ok(Math.abs(plan.expectedBytes / report.totals.bytesAfter - 1) < 0.02);
    assert.ok(plan.expectedMs! > 0);
  });
});

describe('compress refuses', () => {
  it('--eval without --data', () =>
    assert.rejects(compress({ model: digits.model, bits: 2, eval: digits.test }), {
      code: 'usage',
      message: /eval: must be given with --data/,
    }));

  it('to replace what stands in the folder, and leaves it alone', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'mine.txt'), 'mine');
      await assert.rejects(compress({ ...short, output: folder }), { code: 'output' });
      assert.deepEqual(await readdir(folder), ['mine.txt']);
    }));

  it('an output folder that is a file', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'file'), 'mine');
      await assert.rejects(compress({ ...short, output: join(folder, 'file') }), { code: 'output' });
      await assert.rejects(compress({ ...short, output: join(folder, 'file', 'below') }), { code: 'output' });
    }));

  it('to go on once it was aborted, and leaves nothing but what it can be resumed from', () =>
    withFolder(async (folder) => {
      const controller = new AbortController();
      const onProgress = ({ kind }: { kind: string }) => {
        if (kind === 'step') controller.abort();
      };
      const run = compress(
        { ...few, output: join(folder, 'out') },
        { onProgress, signal: controller.signal },
      );
      await assert.rejects(run, { code: 'aborted' });
      assert.deepEqual(await readdir(join(folder, 'out')), ['.qgt-run']);
    }));

  for (const [what, options, pattern] of [
    ['an unknown layer', { layer: { nosuch: 4 } }, /--layer: no layer with a kernel matches, got nosuch/],
    ['bits out of range', { bits: 9 } as object, /bits/],
    ['an option that is not there', { bist: 2 } as object, /bist/],
    ['an unknown augmentation', { augment: 'flip,spin' }, /--augment: no such augmentation, got spin/],
    ['labels that do not match the model', { classes: ['a', 'b'] }, /class/],
  ] as const) {
    it(what, () =>
      withFolder(async (folder) => {
        await assert.rejects(compress({ ...short, ...options, output: join(folder, 'out') }), pattern);
        assert.deepEqual(await readdir(folder), []);
      }),
    );
  }
});

async function artifacts(): Promise<tf.io.ModelArtifacts> {
  const json = JSON.parse(await readFile(digits.model, 'utf8'));
  const weights = await readFile(digits.model.replace('model.json', 'weights.bin'));
  return {
    modelTopology: json.modelTopology,
    weightSpecs: json.weightsManifest[0].weights,
    weightData: Uint8Array.from(weights).buffer,
  };
}
