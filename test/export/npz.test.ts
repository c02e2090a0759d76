import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { bytesOf } from '../../src/core/index.js';
import { openDataset } from '../../src/data/index.js';
import { exporters } from '../../src/export/index.js';
import { expandTensor, type PackedModel, type StoredTensor } from '../../src/pack/index.js';
import { specs, valuesOf } from '../data/specs.js';
import { temporaryFile } from '../data/temporary-folder.js';
import { arbitraryModel } from '../pack/arbitrary-model.js';

const npz = exporters.find(({ name }) => name === 'npz')!;
const script = fileURLToPath(new URL('read-npz.py', import.meta.url));
const noPython = spawnSync('python3', ['--version']).status === 0 ? false : 'python3 is not installed';

/** What Python finds in an archive: NumPy where it is installed, else a reader of numpy.lib.format. */
const readInPython = (file: Uint8Array): unknown =>
  JSON.parse(execFileSync('python3', [script], { input: file, encoding: 'utf8' }));

const modelOf = (tensors: StoredTensor[]): PackedModel => ({
  kind: 'layers',
  topology: {},
  metadata: {},
  preprocessing: {},
  tensors,
});

it('Python reads every weight, bit for bit, under its name', { skip: noPython }, async () => {
  const models = fc.sample(arbitraryModel, { numRuns: 8, seed: 1 });
  for (const model of models) {
    const { files, notes } = await npz.export(model, {});
    const arrays = model.tensors.flatMap((tensor) => {
      const { name, shape, dtype, values } = expandTensor(tensor);
      if (dtype === 'string') return [];
      // A member can't be without a name.
      return [[name || '_', { shape, dtype, bytes: Buffer.from(bytesOf(values)).toString('hex') }]];
    });
    assert.deepEqual(readInPython(files[0]!.bytes), Object.fromEntries(arrays));
    const unnamed = model.tensors.filter(({ name }) => name === '').length;
    assert.equal(notes.length, model.tensors.length - arrays.length + unnamed);
  }
});

it('qgt reads it as data, with / in the names', async (test) => {
  const tensors: StoredTensor[] = [
    {
      encoding: 'raw',
      name: 'block/x',
      shape: [2, 3],
      dtype: 'float32',
      values: Float32Array.of(1, 2, 3, 4, 5, 6),
    },
  ];
  const { files } = await npz.export(modelOf(tensors), {});
  const path = await temporaryFile(test, 'weights.npz', files[0]!.bytes);
  const dataset = await openDataset(path, specs([3], [1], {}));
  assert.deepEqual(await valuesOf(dataset.inputs[0]!), [1, 2, 3, 4, 5, 6]);
  await dataset.close();
});

it('no member leads out of a folder, whatever the names of the weights are', async () => {
  const names = [
    '../../x',
    'a/../../b',
    '/etc/x',
    'C:\\x',
    '..\\x',
    '..',
    'a\nb',
    '__proto__',
    '',
    'n'.repeat(70_000),
    `${'n'.repeat(70_000)}2`,
  ];
  const tensors = names.map((name): StoredTensor => {
    return { encoding: 'raw', name, shape: [1], dtype: 'float32', values: Float32Array.of(1) };
  });
  const { files, notes } = await npz.export(modelOf([...tensors, { ...tensors[0]!, name: 'a..b/c' }]), {});
  const members = Object.keys(unzipSync(files[0]!.bytes));
  assert.equal(new Set(members).size, names.length + 1);
  for (const member of members) {
    assert.match(member, /^[\w.-]+\.npy$|^a\.\.b\/c\.npy$/);
    assert.ok(!member.startsWith('.') && member.length < 300, member);
  }
  assert.equal(notes.length, names.length - 1);
});
