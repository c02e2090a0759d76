import assert from 'node:assert/strict';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readModelClasses } from '../../src/model/read/class-names.js';

const PETS = ['dog', 'cat', 'emu'];

async function namesBeside(files: Readonly<Record<string, string>>, count = 3) {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-names-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const found = await readModelClasses(join(folder, 'model.json'), count);
    return found && { ...found, file: found.file.slice(folder.length + 1) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('class names beside a model', () => {
  /** As Teachable Machine, Keras' `class_indices` and the usual scripts write them. */
  const formats: [string, string, string][] = [
    [
      "Teachable Machine's image and pose models",
      'metadata.json',
      '{"tfjsVersion":"1.7.4","tmVersion":"2.4.10","userMetadata":{},"labels":["dog","cat","emu"],"imageSize":224}',
    ],
    [
      "Teachable Machine's audio models",
      'metadata.json',
      '{"tfjsSpeechCommandsVersion":"0.4.0","modelName":"TMv2","wordLabels":["dog","cat","emu"]}',
    ],
    ["Teachable Machine's Keras models", 'labels.txt', '0 dog\r\n1 cat\r\n2 emu\r\n\r\n'],
    ['a name a line', 'class_names.txt', '\ufeffdog\ncat\nemu\n'],
    ['a list', 'labels.json', '["dog", "cat", "emu"]'],
    ['indices by name', 'class_indices.json', '{"cat": 1, "dog": 0, "emu": 2}'],
    ['names by index', 'classes.json', '{"0": "dog", "2": "emu", "1": "cat"}'],
    [
      'names by index under a key',
      'classes.json',
      '{"date": "x", "classes": {"0": "dog", "1": "cat", "2": "emu"}}',
    ],
  ];
  for (const [what, file, text] of formats) {
    it(`are read from ${what}`, async () =>
      assert.deepEqual(await namesBeside({ [file]: text }), { file, names: PETS }));
  }

  it('may be numbers', async () =>
    assert.deepEqual((await namesBeside({ 'classes.json': '[0, 10, 2]' }))?.names, ['0', '10', '2']));

  it('are those of the first file that has as many as the model tells apart', async () => {
    const files = { 'metadata.json': '{"labels": ["a", "b"]}', 'labels.txt': 'dog\ncat\nemu' };
    assert.equal((await namesBeside(files))?.file, 'labels.txt');
    assert.deepEqual((await namesBeside(files, 2))?.names, ['a', 'b']);
  });

  const others: [string, Record<string, string>][] = [
    ['nothing', {}],
    ['metadata of something else', { 'metadata.json': '{"keras_version": "2.15.0"}' }],
    ['no JSON', { 'labels.json': '["dog", "cat", "emu"' }],
    ['another number of names', { 'labels.txt': 'dog\ncat' }],
    ['a name twice', { 'labels.txt': 'dog\ncat\ndog' }],
    ['indices with a gap', { 'class_indices.json': '{"dog": 0, "cat": 1, "emu": 3}' }],
    ['names that are none', { 'labels.json': '["dog", "", "emu"]' }],
    ['more than any list holds', { 'labels.txt': `dog\ncat\n${'u'.repeat(2 ** 20)}` }],
  ];
  for (const [what, files] of others) {
    it(`are not read from ${what}`, async () => assert.equal(await namesBeside(files), undefined));
  }

  it('are not read from what is no file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'qgt-names-'));
    await symlink('/dev/zero', join(folder, 'labels.txt'));
    assert.equal(await readModelClasses(join(folder, 'model.json'), 3), undefined);
    await rm(folder, { recursive: true });
  });
});
