import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import sharp from 'sharp';
import type { ProgressEvent } from '../../src/core/index.js';
import { openDataset } from '../../src/data/index.js';
import { classesOf, refusal, specs, valuesOf } from './specs.js';
import { temporaryFolder } from './temporary-folder.js';

type Colour = readonly [number, number, number];
const RED: Colour = [255, 0, 0];
const GREEN: Colour = [0, 255, 0];
const BLUE: Colour = [0, 0, 255];

/** A lossless image of one colour. */
function plain([r, g, b]: Colour, width = 2, height = 2): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();
}

/** Writes files, by path, below a new folder. */
async function folderOf(
  test: TestContext,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<string> {
  const folder = await temporaryFolder(test);
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), contents);
  }
  return folder;
}

const OPTIONS = specs([2, 2, 3], [2]);
const repeat = (values: readonly number[], times: number): number[] =>
  Array.from({ length: times }, () => values).flat();

describe('image folder', () => {
  it('reads a folder per class in sorted order, hidden and other files left out', async (test) => {
    const folder = await folderOf(test, {
      'dog/b.PNG': await plain(RED),
      'dog/a.webp': await sharp(await plain(GREEN))
        .webp({ lossless: true })
        .toBuffer(),
      'cat/1.jpeg': await sharp(await plain([90, 90, 90]))
        .jpeg()
        .toBuffer(),
      'cat/notes.txt': 'not an image',
      'cat/.DS_Store': 'hidden',
      '.git/x': 'hidden',
      'README.md': 'not an image',
    });
    for (const memoryLimitBytes of [0, 2 ** 20]) {
      const dataset = await openDataset(folder, { ...OPTIONS, memoryLimitBytes });
      assert.equal(dataset.count, 3);
      assert.equal(dataset.inputs[0]!.dtype, 'uint8');
      assert.deepEqual(await classesOf(dataset), [0, 1, 1]);
      assert.deepEqual(dataset.labels.kind === 'classes' && dataset.labels.names, ['cat', 'dog']);
      const expected = [...repeat([90, 90, 90], 4), ...repeat(GREEN, 4), ...repeat(RED, 4)];
      assert.deepEqual(await valuesOf(dataset.inputs[0]!), expected);
      assert.deepEqual(dataset.skipped, []);
      await dataset.close();
    }
  });

  it('takes classes in the order given, some of them without a folder', async (test) => {
    const folder = await folderOf(test, { 'dog/b.png': await plain(RED), 'cat/a.png': await plain(BLUE) });
    const dataset = await openDataset(folder, { ...specs([2, 2, 3], [3]), classes: ['dog', 'emu', 'cat'] });
    assert.deepEqual(await classesOf(dataset), [0, 2]);
    assert.deepEqual(await valuesOf(dataset.inputs[0]!), [...repeat(RED, 4), ...repeat(BLUE, 4)]);
    await dataset.close();
  });

  it('takes two classes for a model with a single output', async (test) => {
    const folder = await folderOf(test, { 'no/a.png': await plain(RED), 'yes/a.png': await plain(BLUE) });
    const dataset = await openDataset(folder, specs([2, 2, 3], [1]));
    assert.deepEqual(await classesOf(dataset), [0, 1]);
    await dataset.close();
  });

  it('reads images alone as samples without labels, links followed', async (test) => {
    const folder = await folderOf(test, { 'all/b.png': await plain(RED), 'all/a.png': await plain(BLUE) });
    await symlink(join(folder, 'all'), join(folder, 'linked'));
    const alone = await openDataset(join(folder, 'linked'), OPTIONS);
    assert.equal(alone.labels.kind, 'none');
    assert.deepEqual(await valuesOf(alone.inputs[0]!), [...repeat(BLUE, 4), ...repeat(RED, 4)]);
    await alone.close();
    const classes = await openDataset(folder, OPTIONS);
    assert.deepEqual(await classesOf(classes), [0, 0, 1, 1]);
    await classes.close();
  });

  it('stretches images to the size of the input, or of the first one', async (test) => {
    const folder = await folderOf(test, {
      'a.png': await plain(RED, 4, 3),
      'b.png': await plain(BLUE, 9, 5),
    });
    for (const [input, shape] of [
      [
        [2, 6, 3],
        [2, 6, 3],
      ],
      [
        [null, null, 3],
        [3, 4, 3],
      ],
      [
        [null, 7, null],
        [3, 7, 3],
      ],
    ] as const) {
      const dataset = await openDataset(folder, specs(input, [2]));
      assert.deepEqual(dataset.inputs[0]!.shape, shape);
      const pixels = shape[0] * shape[1];
      assert.deepEqual(await valuesOf(dataset.inputs[0]!), [...repeat(RED, pixels), ...repeat(BLUE, pixels)]);
      await dataset.close();
    }
  });

  it('shrinks with a triangle filter', async (test) => {
    const stripes = Buffer.from([0, 0, 100, 100, 0, 0, 100, 100]);
    const image = sharp(stripes, { raw: { width: 8, height: 1, channels: 1 } });
    const folder = await folderOf(test, { 'a.png': await image.png().toBuffer() });
    const dataset = await openDataset(folder, specs([1, 4, 1], [2]));
    // Weights 1/8, 3/8, 3/8, 1/8, edges repeated: 12.5, 75, 25, 87.5.
    assert.deepEqual(await valuesOf(dataset.inputs[0]!), [13, 75, 25, 88]);
    await dataset.close();
  });

  it('makes grey of colour as BT.601 has it, and colour of grey, 16-bit and transparent images', async (test) => {
    const grey16 = await sharp(new Uint16Array([0, 257 * 50, 257 * 200, 65535]), {
      raw: { width: 2, height: 2, channels: 1 },
    })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const clear = await sharp({
      create: { width: 2, height: 2, channels: 4, background: { r: 10, g: 20, b: 30, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    const folder = await folderOf(test, { 'a.png': await plain(BLUE), 'b.png': grey16, 'c.png': clear });
    const grey = await openDataset(folder, specs([2, 2, 1], [2]));
    assert.deepEqual(await valuesOf(grey.inputs[0]!), [29, 29, 29, 29, 0, 50, 200, 255, 18, 18, 18, 18]);
    await grey.close();
    const colour = await openDataset(folder, OPTIONS);
    const values = await valuesOf(colour.inputs[0]!);
    assert.deepEqual(values.slice(12, 24), [0, 0, 0, 50, 50, 50, 200, 200, 200, 255, 255, 255]);
    assert.deepEqual(values.slice(24), repeat([10, 20, 30], 4));
    await colour.close();
  });

  it('turns images as their EXIF tag says', async (test) => {
    const upright = Buffer.from([10, 20, 30, 40, 50, 60]);
    const image = sharp(upright, { raw: { width: 3, height: 2, channels: 1 } });
    const turned = await image.withMetadata({ orientation: 6 }).png().toBuffer();
    const folder = await folderOf(test, { 'a.png': turned });
    const dataset = await openDataset(folder, specs([null, null, 1], [2]));
    assert.deepEqual(dataset.inputs[0]!.shape, [3, 2, 1]);
    assert.deepEqual(await valuesOf(dataset.inputs[0]!), [40, 10, 50, 20, 60, 30]);
    await dataset.close();
  });

  it('says how far it has come with many', async (test) => {
    const image = await plain(RED);
    const files = Array.from({ length: 250 }, (_, index) => [`${index}.png`, image] as const);
    const folder = await folderOf(test, Object.fromEntries(files));
    const events: ProgressEvent[] = [];
    const dataset = await openDataset(folder, { ...OPTIONS, onProgress: (event) => events.push(event) });
    await dataset.close();
    assert.deepEqual(
      events,
      [100, 200].map((done) => ({ kind: 'reading', source: folder, done, total: 250 })),
    );
  });

  it('skips images that can not be read, up to a share', async (test) => {
    const jpeg = await sharp(await plain(GREEN, 64, 64))
      .jpeg()
      .toBuffer();
    const folder = await folderOf(test, {
      'cat/a.png': await plain(RED),
      'cat/b.jpg': jpeg.subarray(0, jpeg.length / 2),
      'dog/a.png': await plain(BLUE),
    });
    const dataset = await openDataset(folder, OPTIONS);
    assert.equal(dataset.count, 2);
    assert.deepEqual(await classesOf(dataset), [0, 1]);
    assert.deepEqual(
      dataset.skipped.map(({ file }) => file),
      [join(folder, 'cat', 'b.jpg')],
    );
    await dataset.close();
    const none = openDataset(folder, { ...OPTIONS, maxSkippedShare: 0 });
    await assert.rejects(none, refusal('bad-data', join(folder, 'cat', 'b.jpg'), 'at most 0'));
    await writeFile(join(folder, 'dog', 'c.jpg'), 'no image');
    await assert.rejects(
      openDataset(folder, OPTIONS),
      refusal('bad-data', 'cat/b.jpg', 'dog/c.jpg', '2 or more'),
    );
    const half = await openDataset(folder, { ...OPTIONS, maxSkippedShare: 0.5 });
    assert.equal(half.skipped.length, 2);
    await half.close();
  });

  it('refuses folders that can not be classes', async (test) => {
    const png = await plain(RED);
    const one = await folderOf(test, { 'cat/a.png': png });
    await assert.rejects(openDataset(one, OPTIONS), refusal('bad-data', 'got 1 (cat)', 'expected 2'));
    const empty = await folderOf(test, { 'cat/a.png': png, 'dog/.keep': '' });
    await assert.rejects(openDataset(empty, OPTIONS), refusal('bad-data', join(empty, 'dog'), 'no images'));
    const nested = await folderOf(test, { 'cat/a.png': png, 'dog/big/a.png': png });
    await assert.rejects(
      openDataset(nested, OPTIONS),
      refusal('bad-data', join(nested, 'dog'), 'folders (big)'),
    );
    const bad = await folderOf(test, { 'cat/a.png': png, 'dog/a.png': 'no image' });
    await assert.rejects(
      openDataset(bad, OPTIONS),
      refusal('bad-data', join(bad, 'dog'), 'none of the images'),
    );
    const mixed = await folderOf(test, { 'cat/a.png': png, 'b.png': png });
    await assert.rejects(openDataset(mixed, OPTIONS), refusal('bad-data', mixed, 'both images and folders'));
    const named = openDataset(one, { ...OPTIONS, classes: ['dog', 'emu'] });
    await assert.rejects(named, refusal('bad-data', 'no class', 'got cat', 'dog, emu'));
    const broken = await folderOf(test, { 'a.png': 'no image' });
    await assert.rejects(openDataset(broken, OPTIONS), refusal('bad-data', join(broken, 'a.png')));
  });

  it('tells how to name the parts of a dataset', async (test) => {
    const png = await plain(RED);
    const folder = await folderOf(test, { 'train/cat/a.png': png, 'test/cat/a.png': png });
    const remedy = `--data ${join(folder, 'train')} --eval ${join(folder, 'test')}`;
    await assert.rejects(openDataset(folder, OPTIONS), refusal('bad-data', remedy));
  });

  it('refuses models that take no images', async (test) => {
    const folder = await folderOf(test, { 'a.png': await plain(RED) });
    for (const shape of [[12], [2, 2, 4], [2, 2]]) {
      await assert.rejects(openDataset(folder, specs(shape, [2])), refusal('bad-data', 'takes none', '.npz'));
    }
    const two = { ...OPTIONS, inputs: [...OPTIONS.inputs, ...OPTIONS.inputs] };
    await assert.rejects(openDataset(folder, two), refusal('bad-data', 'got 2 inputs'));
    const classes = await folderOf(test, { 'cat/a.png': await plain(RED) });
    const outputs = { ...OPTIONS, outputs: [...OPTIONS.outputs, ...OPTIONS.outputs] };
    await assert.rejects(openDataset(classes, outputs), refusal('bad-data', '2 outputs'));
  });
});

describe('images of others', () => {
  it('one with more pixels than allowed is skipped before it is decoded', async (test) => {
    const files = { '1.png': await plain(RED), '2.png': await plain(RED, 40, 30) };
    const folder = await folderOf(test, files);
    const dataset = await openDataset(folder, { ...OPTIONS, maxPixels: 1199 });
    assert.equal(dataset.count, 1);
    assert.deepEqual(
      dataset.skipped.map(({ reason }) => reason),
      ['40 x 30 pixels, more than --max-pixels 1199'],
    );
    await dataset.close();
    const raised = await openDataset(folder, { ...OPTIONS, maxPixels: 1200 });
    assert.equal(raised.count, 2);
    await raised.close();
  });

  it('large ones are shrunk for a model that takes any size, and a note says so', async (test) => {
    const folder = await folderOf(test, { '1.png': await plain(RED, 4096, 1024) });
    const notes: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent) => event.kind === 'note' && notes.push(event);
    for (const [shape, expected] of [
      [
        [null, null, 3],
        [512, 2048, 3],
      ],
      [
        [64, null, 3],
        [64, 4096, 3],
      ],
      [
        [null, 2048, 1],
        [512, 2048, 1],
      ],
    ] as const) {
      const dataset = await openDataset(folder, { ...specs([...shape], [2]), onProgress });
      assert.deepEqual(dataset.inputs[0]!.shape, expected);
      await dataset.close();
    }
    assert.match(JSON.stringify(notes[0]), /they are read at 2048 x 512, not 4096 x 1024/);
    assert.equal(notes.length, 2);
  });

  it('links to devices and circles, pipes and drawings are skipped', async (test) => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>';
    const folder = await folderOf(test, {
      'a/1.png': await plain(RED),
      'a/drawing.png': svg,
      'b/1.png': await plain(RED),
    });
    await symlink('/dev/zero', join(folder, 'a/device.png'));
    await symlink('circle.png', join(folder, 'a/circle.png'));
    await symlink('..', join(folder, 'a/up'));
    execFileSync('mkfifo', [join(folder, 'a/pipe.png')]);
    const dataset = await openDataset(folder, { ...specs([2, 2, 3], [1]), maxSkippedShare: 1 });
    assert.equal(dataset.count, 2);
    const reasons = dataset.skipped.map(({ file, reason }) => `${basename(file)}: ${reason}`);
    assert.match(reasons[0]!, /^circle\.png: ELOOP/);
    assert.deepEqual(reasons.slice(1), [
      'device.png: not a file',
      'drawing.png: not an image, or in a format that is not read',
      'pipe.png: not a file',
    ]);
    await dataset.close();
  });

  it('says how many files were found, folder by folder', async (test) => {
    const folder = await folderOf(test, { 'a/1.png': await plain(RED), 'b/1.png': await plain(RED) });
    const found: number[] = [];
    const dataset = await openDataset(folder, {
      ...OPTIONS,
      onProgress: (event) => event.kind === 'listing' && found.push(event.found),
    });
    assert.deepEqual(found, [1, 2]);
    await dataset.close();
  });
});
