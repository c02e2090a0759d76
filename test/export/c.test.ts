import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { createRandom } from '../../src/core/index.js';
import { exporters } from '../../src/export/index.js';
import { type CodedTensor, expandTensor, type PackedModel, type StoredTensor } from '../../src/pack/index.js';
import { startCpu } from '../cpu-engine.js';
import { arbitraryModel } from '../pack/arbitrary-model.js';
import { example } from '../pack/example.js';
import { likeWeights } from '../pack/like-weights.js';
import { layersSample } from '../runtime/sample-models.js';

const c = exporters.find(({ name }) => name === 'c')!;
const program = fileURLToPath(new URL('print-tensors.c', import.meta.url));
const STRICT = ['-std=c99', '-pedantic', '-Wall', '-Wextra', '-Werror'];
const VALGRIND = ['--quiet', '--error-exitcode=99', '--leak-check=full', '--show-leak-kinds=all'];

const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
const skip = has('gcc') || process.env.QGT_REQUIRE_C === '1' ? false : 'gcc is not installed';
const checked = has('valgrind') || process.env.QGT_REQUIRE_C === '1';

/** Every tensor of some arbitrary models, as one model. */
const arbitraryTensors = (): StoredTensor[] => {
  const tensors = fc.sample(arbitraryModel, { numRuns: 20, seed: 7 }).flatMap((model) => model.tensors);
  return tensors.map((tensor, number) => ({ ...tensor, name: `${tensor.name}${number % 3}` }));
};

const modelOf = (tensors: readonly StoredTensor[]): PackedModel => ({ ...example, tensors });
const isFloat = (tensor: StoredTensor): boolean => expandTensor(tensor).dtype === 'float32';
const hexadecimal = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Codes that the coder `range` writes shortest, of all ranks and widths. */
const learntTensors = (): StoredTensor[] =>
  [[4000], [60, 40], [3, 3, 12, 20], [3, 3, 300, 1], [2, 3, 3, 8, 9], [1, 1, 40, 30]].flatMap((shape) =>
    [2, 3, 4, 9, 16, 17, 256].map((levels) => ({
      ...likeWeights(shape, levels, levels),
      name: `${shape.join('x')} at ${levels}`,
    })),
  );

/** Codes that nothing foretells. */
function ternaryTensor(): StoredTensor {
  const random = createRandom(3);
  const codes = Uint8Array.from({ length: 300 }, () => Math.floor(3 * random.next()));
  return { ...likeWeights([300], 3, 0), name: 'ternary', codes };
}

/** A line of what print-tensors.c prints: name, shape and the bits of the values. */
function lineOf(tensor: StoredTensor): string {
  const { name, shape, values } = expandTensor(tensor);
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  const words = Array.from(bits, (word) => ` ${word.toString(16).padStart(8, '0')}`);
  return `${hexadecimal(new TextEncoder().encode(name))} [${shape.map((size) => ` ${size}`).join('')} ]${words.join('')}`;
}

describe('export to c', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'qgt-test-'));
  before(startCpu);
  after(() => rmSync(folder, { recursive: true }));

  /** Exports a model into a folder of its own, with further files beside it. */
  async function place(
    model: PackedModel,
    name: string,
    further: Record<string, string> = {},
  ): Promise<string> {
    const path = join(folder, name);
    mkdirSync(path);
    for (const file of (await c.export(model, {})).files) writeFileSync(join(path, file.path), file.bytes);
    for (const [file, text] of Object.entries(further)) writeFileSync(join(path, file), text);
    return path;
  }

  const compile = (cwd: string, ...options: string[]): string =>
    execFileSync('gcc', [...STRICT, ...options], { cwd, encoding: 'utf8' });

  it('gcc takes it without a warning, valgrind finds nothing, and every float has the bits it has here', async () => {
    const tensors = [...arbitraryTensors(), ...learntTensors(), ternaryTensor()];
    const path = await place(modelOf(tensors), 'arbitrary');
    const source = readFileSync(join(path, 'model.c'), 'utf8');
    for (const coder of ['FLOAT32', 'BITS', 'RADIX', 'RANGE'])
      assert.ok(source.includes(`.encoding = QGT_${coder},`), coder);
    copyFileSync(program, join(path, 'print.c'));
    compile(path, '-O2', '-o', 'print', 'print.c', 'model.c');
    const command = [...(checked ? ['valgrind', ...VALGRIND] : []), './print'];
    const out = execFileSync(command[0]!, command.slice(1), {
      cwd: path,
      encoding: 'latin1',
      maxBuffer: 2 ** 26,
    });
    const printed = out.trimEnd().split('\n');
    assert.ok(printed.length > 20);
    assert.deepEqual(printed, tensors.filter(isFloat).map(lineOf));
  });

  const SIZES = { plain: 700, learnt: 2000 };
  for (const [name, limit] of Object.entries(SIZES)) {
    it(`needs no heap, only memcpy and memset; ${limit} bytes of code, ${name}`, async () => {
      const model = name === 'plain' ? example : modelOf(learntTensors());
      const path = await place(model, name);
      compile(path, '-Os', '-c', 'model.c');
      const needed = execFileSync('nm', ['-u', 'model.o'], { cwd: path, encoding: 'utf8' });
      for (const symbol of needed.match(/\w+$/gm) ?? []) assert.match(symbol, /^(memcpy|memset)$/);
      const sections = execFileSync('size', ['-A', 'model.o'], { cwd: path, encoding: 'utf8' });
      const [, size] = /^\.text\S* +(\d+)/m.exec(sections)!;
      assert.ok(Number(size) > 0 && Number(size) <= limit, `${size} bytes`);
    });
  }

  it('names each tensor and its size, no two alike', async () => {
    const names = [
      'a/b',
      'a_b',
      'A B',
      'a_b_2',
      '9',
      'ä',
      'ö',
      '',
      'kernel "*/',
      '??=\0',
      'count',
      'Count',
      'int',
      'uint8_t',
      'model_h',
      'uses_range',
      'workspace_words',
    ];
    const tensors = names.map(
      (name, index): StoredTensor => ({
        ...{ encoding: 'raw', name, shape: [index + 1], dtype: 'float32' },
        values: new Float32Array(index + 1),
      }),
    );
    const uses =
      'int sizes[] = { QGT_SIZE_A_B, QGT_SIZE_A_B_2, QGT_SIZE_A_B_3, QGT_SIZE_A_B_2_2, QGT_SIZE_9, QGT_TENSOR_COUNT };';
    const check = `#include "model.h"\n${uses}\nconst qgt_tensor *tensor(void) { return QGT_TENSOR_KERNEL_; }\n`;
    const path = await place(modelOf(tensors), 'names', { 'uses.c': check });
    compile(path, '-c', 'model.c', 'uses.c');
    const header = readFileSync(join(path, 'model.h'), 'utf8');
    const defined = [...header.matchAll(/^#define QGT_TENSOR_(\w*) \(/gm)].map((match) => match[1]);
    assert.equal(new Set(defined).size, names.length);
    const macros = [...header.matchAll(/^#define (\w+)/gm)].map((match) => match[1]);
    assert.equal(new Set(macros).size, macros.length);
  });

  it('keeps scales in half precision, and levels as a step, where nothing is lost', async () => {
    const source = async (grid: Partial<CodedTensor['grid']>) => {
      const kernel = example.tensors[0] as CodedTensor;
      const tensors = [{ ...kernel, grid: { ...kernel.grid, ...grid } }];
      const { files } = await c.export(modelOf(tensors), {});
      return new TextDecoder().decode(files[1]!.bytes);
    };
    const kept = (text: string): string[] =>
      ['half_scale', 'scale', 'first', 'level'].filter((field) => text.includes(`    .${field} = `));
    assert.deepEqual(kept(await source({})), ['half_scale', 'first']);
    assert.deepEqual(kept(await source({ scale: Float32Array.of(0.25, 0.1) })), ['scale', 'first']);
    assert.deepEqual(kept(await source({ levels: Float32Array.of(-1, 0, 1, 3) })), ['half_scale', 'level']);
  });

  it('says what it leaves out', async () => {
    const flag: StoredTensor = {
      encoding: 'raw',
      name: 'flag',
      shape: [],
      dtype: 'bool',
      values: Uint8Array.of(1),
    };
    assert.deepEqual((await c.export(modelOf([flag]), {})).notes, ['left out: flag, which is not float32']);
    compile(await place(modelOf([flag]), 'empty'), '-c', 'model.c');
  });

  it('the example of docs/export.md compiles', async () => {
    const text = readFileSync(new URL('../../docs/export.md', import.meta.url), 'utf8');
    const [, code] = /```c\n([\s\S]*?)```/.exec(text)!;
    const { packed } = await layersSample({ bits: 2, quantizer: 'uniform', granularity: 'perChannel' });
    compile(await place(packed, 'docs', { 'dense.c': code! }), '-c', 'dense.c', 'model.c');
  });
});
