// Every option of a compression on a GraphModel: it is taken, and makes another file or report than the usual one.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { createRandom } from '../../src/core/index.js';
import { tf } from '../../src/engine/index.js';
import { readModel, toGraphModel } from '../../src/model/index.js';
import type { CompressOptions } from '../../src/pipeline/options/commands.js';
import { floats } from '../compression/live-graph.js';
import { startCpu } from '../cpu-engine.js';
import { npzBytes } from '../data/array-bytes.js';
import { temporaryFolder } from '../model/model-folder.js';
import { compress } from '../validated.js';
import { operation, placeholder, saveGraphModel } from './graph-folder.js';

const IN = 12;
const CLASSES = 3;
const SAMPLES = 200;

type Options = Omit<CompressOptions, 'model'>;

/** Options that change the weights in the file. */
const OF_THE_FILE: Readonly<Record<string, Partial<Options>>> = {
  effort: { epochs: undefined, effort: 'low' },
  epochs: { epochs: 6 },
  'batch-size': { batchSize: 16 },
  'learning-rate': { learningRate: 0.05 },
  guidance: { guidance: 0.5 },
  'entropy-penalty': { entropyPenalty: 0.5 },
  distill: { distill: 0 },
  temperature: { distill: 1, temperature: 1 },
  forward: { forward: 'float' },
  loss: { distill: 0, loss: 'mse' },
  'class-weights': { distill: 0, classWeights: 'auto' },
  'max-steps': { maxSteps: 2 },
  seed: { seed: 1 },
  bits: { bits: 1.58 },
  layer: { layer: ['middle=4'] },
  'layer, float': { layer: ['middle=float'] },
  uniform: { uniform: true },
  granularity: { granularity: 'perTensor' },
  quantizer: { quantizer: 'codebook' },
  'bits auto, max-bytes': { bits: 'auto', maxBytes: 1500 },
  'bits auto, min-ratio': { bits: 'auto', minRatio: 3 },
  'bits auto, max-drop': { bits: 'auto', maxDrop: 5 },
  'max-bytes, entropy-penalty auto': { maxBytes: 1250, entropyPenalty: 'auto' },
};

/** Options of what is measured, chosen or said. */
const OF_THE_REPORT: Readonly<Record<string, Partial<Options>>> = {
  metric: { metric: ['f1'] },
  'max-drop': { maxDrop: 90 },
  'min-sqnr': { minSqnr: 1 },
  'fail-on': { failOn: 'bottleneck' },
  'max-time': { maxTime: '60s' as never },
  try: { try: '1s' as never },
  precision: { precision: 'bfloat16' },
  classes: { classes: ['a', 'b', 'c'] },
};

let folder: string;
let given: Options;
let usual: { readonly file: Buffer; readonly report: string };
let runs = 0;

async function run(options: Partial<Options>) {
  const output = join(folder, `out-${runs++}`);
  const { report } = await compress({ model: folder, ...given, ...options, output });
  return { report, file: await readFile(join(output, 'model.qgt')) };
}

/** A report without what differs from run to run. */
const comparable = (report: object): string =>
  JSON.stringify(report, (key, value: unknown) =>
    /^(output|.*Ms|time|date|command)$/.test(key) ? undefined : value,
  );

describe('options of a compression on a GraphModel', () => {
  before(async () => {
    folder = await temporaryFolder();
    await saveGraphModel(
      folder,
      [
        placeholder('x', [-1, IN]),
        operation('MatMul', 'a', ['x', 'front']),
        operation('BiasAdd', 'b', ['a', 'bias']),
        operation('Relu', 'c', ['b']),
        operation('MatMul', 'd', ['c', 'middle']),
        operation('Relu', 'e', ['d']),
        operation('MatMul', 'f', ['e', 'back']),
        operation('Softmax', 'y', ['f']),
      ],
      [floats('front', IN, 16), floats('bias', 16), floats('middle', 16, 16), floats('back', 16, CLASSES)],
    );
    const random = createRandom(5);
    const x = Float32Array.from({ length: SAMPLES * IN }, () => random.normal());
    await startCpu();
    const float = await toGraphModel(await readModel(folder));
    const answers = tf.argMax(float.predict(tf.tensor2d(x, [SAMPLES, IN])) as tf.Tensor, -1);
    // A sixth of them wrong, so that labels and float model do not say the same.
    const y = Int32Array.from(answers.dataSync(), (answer, row) =>
      row % 6 === 0 ? (answer + 1) % CLASSES : answer,
    );
    const data = join(folder, 'data.npz');
    await writeFile(data, npzBytes({ x: [x, [SAMPLES, IN]], y: [y, [SAMPLES]] }));
    given = {
      data,
      bits: 2,
      epochs: 8,
      batchSize: 32,
      learningRate: 0.02,
      engine: 'embedded',
      inputRange: ['as-is'],
    } as Options;
    const { file, report } = await run({});
    usual = { file, report: comparable(report) };
  });
  it('the same options give the same file and report', async () => {
    const { file, report } = await run({});
    assert.ok(file.equals(usual.file));
    assert.equal(comparable(report), usual.report);
  });

  for (const [what, options] of Object.entries(OF_THE_FILE)) {
    it(`--${what} changes the file`, async () => {
      const { file } = await run(options);
      assert.ok(!file.equals(usual.file));
    });
  }

  for (const [what, options] of Object.entries(OF_THE_REPORT)) {
    it(`--${what} is in the report`, async () => {
      const { report } = await run(options);
      assert.notEqual(comparable(report), usual.report);
    });
  }
});
