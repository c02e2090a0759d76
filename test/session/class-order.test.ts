import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import sharp from 'sharp';
import type { RangeRules } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { openSamples } from '../../src/session/samples/open-samples.js';
import type { SampleSet, Samples } from '../../src/session/samples/samples.js';
import { openSession } from '../../src/session/session.js';
import { withFolder } from '../pipeline/digits.js';
import { saveModel } from '../pipeline/saved-model.js';

const CLASSES = 12;
const EACH = 8;
const SHAPE: [number, number, number] = [3, 4, 1];

/** Says class k where pixel k of 12 is the brightest; of pixels that aren't in -1..1, so that most are below 0, class 0. */
function brightestPixel(): tf.LayersModel {
  const flat = tf.layers.flatten({ inputShape: SHAPE });
  const bright = tf.layers.dense({
    units: CLASSES + 1,
    activation: 'relu',
    weights: [tf.concat2d([tf.eye(CLASSES), tf.ones([CLASSES, 1])], 1), tf.zeros([CLASSES + 1])],
  });
  const answer = tf.layers.dense({
    units: CLASSES,
    activation: 'softmax',
    weights: [
      tf.concat2d([tf.eye(CLASSES), tf.tensor2d([[100, ...Array(CLASSES - 1).fill(0)]])], 0),
      tf.zeros([CLASSES]),
    ],
  });
  return tf.sequential({ layers: [flat, bright, answer] });
}

/** The pixels of a picture of class k. */
const pixelsOf = (k: number, n: number) =>
  Uint8Array.from({ length: CLASSES }, (_, pixel) => (pixel === k ? 255 : (31 * n + 17 * pixel) % 160));

/** Its bytes as a file. */
const pictureOf = (k: number, n: number): Promise<Buffer> => {
  const raw = { width: SHAPE[1], height: SHAPE[0], channels: 1 } as const;
  return sharp(pixelsOf(k, n), { raw }).png().toBuffer();
};
const pictures = await Promise.all(
  Array.from({ length: CLASSES }, (_, k) =>
    Promise.all(Array.from({ length: EACH }, (_, n) => pictureOf(k, n))),
  ),
);

/** Pictures in a folder per class, called by `nameOf`; the model is beside them, with what `files` says. */
async function openFolders(
  nameOf: (k: number) => string,
  options: { classes?: string[]; inputRange?: RangeRules | undefined; files?: Record<string, string> },
  use: (samples: Samples, told: string[]) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const model = brightestPixel();
    const file = await saveModel(model, folder);
    model.dispose();
    for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(folder, name), text);
    for (let k = 0; k < CLASSES; k++) {
      const path = join(folder, 'images', nameOf(k));
      await mkdir(path, { recursive: true });
      for (const [n, bytes] of pictures[k]!.entries()) await writeFile(join(path, `${n}.png`), bytes);
    }
    const session = await openSession({ model: file, require: [], engine: 'embedded' }, () => {});
    const told: string[] = [];
    const samples = await openSamples(session, {
      data: join(folder, 'images'),
      eval: join(folder, 'images'),
      purpose: 'train',
      inputRange: { '*': '-1..1' },
      seed: 0,
      ...options,
      synthesis: { worth: 'noise' },
      onProgress: (event) => (event.kind === 'note' || event.kind === 'warning') && told.push(event.text),
    });
    await use(samples, told);
    await samples.close();
    session.liveModel.dispose();
  });
}

/** The label of each picture, by what stock tfjs says of its pixels: the class it was made for. */
async function labelsBesideStock({ dataset, order }: SampleSet): Promise<[label: number, answer: number][]> {
  const { inputs, labels } = dataset;
  if (labels.kind !== 'classes') throw new Error(`labels are ${labels.kind}`);
  const given = [...(await labels.rows.read(order))];
  const model = brightestPixel();
  const pixels = Float32Array.from(await inputs[0]!.read(order), (byte) => byte / 127.5 - 1);
  const answers = tf.tidy(() => {
    const xs = tf.tensor(pixels, [order.length, ...SHAPE]);
    return [...tf.argMax(model.predict(xs) as tf.Tensor, -1).dataSync()];
  });
  model.dispose();
  return given.map((label, index) => [label, answers[index]!]);
}

const share = (pairs: readonly [number, number][]): number =>
  pairs.filter(([label, answer]) => label === answer).length / pairs.length;

describe('classes of folders', () => {
  before(async () => void (await startEngine('embedded')));

  it('are taken in numeric order where the model is right so', () =>
    openFolders(String, {}, async (samples, told) => {
      const pairs = await labelsBesideStock(samples.training);
      assert.equal(share(pairs), 1);
      assert.deepEqual(samples.classes, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11']);
      // The same folders in text order: 0 and 1 alone are where they were, 10 is third.
      const asText = samples.classes!.toSorted();
      const rightAsText = share(pairs.map(([label, answer]) => [asText.indexOf(String(label)), answer]));
      const figure = `${(100 * rightAsText).toFixed(1)} %`;
      const note = told.find((text) => text.includes('numeric order 0, 1, 2, …'))!;
      assert.ok(
        note?.includes(`right on 100.0 % of 86 samples, in text order on ${figure}`),
        told.join('\n'),
      );
      assert.ok(samples.notes.includes(note));
      // The second set has the same classes.
      assert.equal(share(await labelsBesideStock(samples.evaluation)), 1);
    }));

  it('are taken in text order where the model is right so', () =>
    openFolders(
      (k) => Array.from({ length: CLASSES }, (_, each) => String(each)).sort()[k] ?? '',
      {},
      async (samples, told) => {
        assert.equal(share(await labelsBesideStock(samples.training)), 1);
        assert.ok(
          told.some((text) => text.includes('text order 0, 1, 10, …')),
          told.join('\n'),
        );
      },
    ));

  it('are ordered along with the input range', () =>
    openFolders(
      (k) => String(k + 5),
      { inputRange: undefined },
      async (samples) => {
        // In text order, 10 to 16 and then 5 to 9, no class is where it should be: the wrong ranges would look better.
        assert.equal(samples.ranges[0]!.name, '-1..1');
        assert.equal(share(await labelsBesideStock(samples.training)), 1);
      },
    ));

  it('are as --classes has them, and nothing is tried', () =>
    openFolders(
      (k) => String(CLASSES - 1 - k),
      { classes: Array.from({ length: CLASSES }, (_, k) => String(CLASSES - 1 - k)) },
      async (samples, told) => {
        assert.equal(share(await labelsBesideStock(samples.training)), 1);
        assert.deepEqual(told, []);
      },
    ));

  it('show that another order is right, though by the one given another input range looks better', () => {
    const classes = Array.from({ length: CLASSES }, (_, k) => String((k + 5) % CLASSES));
    return openFolders(String, { classes, inputRange: undefined }, async (samples, told) => {
      const warning = told.find((text) => text.includes('in another order'));
      assert.match(warning ?? '', /^with input range -1\.\.1 .* on 0\.0 % .* on 100\.0 % /);
      assert.match(
        warning!,
        /its output 0 is mostly your class '0', .*; give --classes 0,1,2,3,4,5,6,7,8,9,10,11$/,
      );
      assert.ok(samples.notes.includes(warning!));
    });
  });

  it("are in the order of a Teachable Machine model's metadata", () => {
    const nameOf = (k: number) => `class ${(5 * k) % CLASSES}`;
    const labels = Array.from({ length: CLASSES }, (_, k) => nameOf(k));
    return openFolders(
      nameOf,
      { files: { 'metadata.json': JSON.stringify({ labels }) } },
      async (samples, told) => {
        assert.equal(share(await labelsBesideStock(samples.training)), 1);
        assert.deepEqual(samples.classes, labels);
        assert.match(
          told.join('\n'),
          /classes in the order of .*metadata\.json: class 0, class 5, class 10, …/,
        );
      },
    );
  });

  it('say that a list beside the model is about others', () => {
    const labels = Array.from({ length: CLASSES }, (_, k) => `sign ${k}`);
    return openFolders(String, { files: { 'labels.txt': labels.join('\n') } }, async (samples, told) => {
      assert.equal(share(await labelsBesideStock(samples.training)), 1);
      assert.match(
        told.join('\n'),
        /labels\.txt names other classes \(sign 0, sign 1, sign 2, …\) than the data/,
      );
    });
  });
});
