import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bytesOf, type NamedTensor } from '../../src/core/index.js';
import { expandTensor, packModel, unpackModel } from '../../src/pack/index.js';
import { makeVenv } from '../model/keras-venv.js';
import { example } from './example.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const reader = join(here, '../../docs/examples/read_qgt.py');
/** Prints name, shape and bytes of each weight, in the order of the file. */
const PRINT = `
import json, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
from read_qgt import read_qgt
model = read_qgt(sys.argv[2], with_codes=True)
text = lambda w: b"".join(len(each).to_bytes(4, "little") + each for each in w.reshape(-1))
print(json.dumps({
    "topology": model["topology"],
    "codes": list(model["codes"]),
    "weights": [
        [name, list(w.shape), (text(w) if w.dtype == object else np.ascontiguousarray(w).tobytes()).hex()]
        for name, w in model["weights"].items()
    ],
}))
`;

const run = promisify(execFile);

describe('docs/examples/read_qgt.py', () => {
  let folder: string;
  let python: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
    const venv = await makeVenv(folder, ['numpy']);
    assert.ok('python' in venv, 'missing' in venv ? venv.missing : '');
    python = venv.python;
  });
  after(() => rm(folder, { recursive: true }));

  const check = async (file: string): Promise<void> => {
    const args = ['-c', PRINT, join(reader, '..'), file];
    const { stdout } = await run(python, args, { maxBuffer: 2 ** 26 });
    const { topology, weights, codes } = JSON.parse(stdout);
    const model = await unpackModel(await readFile(file), file);
    assert.deepEqual(topology, JSON.parse(JSON.stringify(model.topology)));
    const expected = model.tensors.map(expandTensor).map(({ name, shape, values }: NamedTensor) => {
      return [name, [...shape], Buffer.from(bytesOf(values)).toString('hex')];
    });
    assert.deepEqual(weights, expected);
    assert.deepEqual(
      codes,
      model.tensors.filter((tensor) => 'codes' in tensor).map(({ name }) => name),
    );
  };

  it('reads the files of every version that were kept, and gets what qgt gets of them', async () => {
    const golden = join(here, 'golden');
    const files = (await readdir(golden)).filter((name) => name.endsWith('.qgt'));
    assert.ok(files.some((name) => name.startsWith('v1')) && files.some((name) => name.startsWith('v2')));
    for (const name of files) await check(join(golden, name));
  });

  it('reads what qgt writes now', async () => {
    const file = join(folder, 'now.qgt');
    await writeFile(file, (await packModel(example)).bytes);
    await check(file);
  });

  it('lists the weights, and says in one line what is wrong with a damaged file', async () => {
    const file = join(folder, 'model.qgt');
    const { bytes } = await packModel(example);
    await writeFile(file, bytes);
    const { stdout } = await run(python, [reader, file]);
    assert.equal(stdout.trim().split('\n').length, example.tensors.length);
    for (const [damaged, message] of [
      [bytes.subarray(0, -1), 'the file is damaged'],
      [bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)), 'the file is damaged'],
      [new TextEncoder().encode('{"format": "layers-model", "weights": []}'), 'not a .qgt file'],
    ] as const) {
      await writeFile(file, damaged);
      await assert.rejects(run(python, [reader, file]), ({ stderr }: { stderr: string }) => {
        assert.ok(stderr.includes(message) && !stderr.includes('Traceback'), stderr);
        return true;
      });
    }
  });
});
