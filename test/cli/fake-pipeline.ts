import type { Pipeline } from '../../src/cli/index.js';
import type { RunControls } from '../../src/core/index.js';
import type {
  Diagnosis,
  DiffResult,
  EvaluateResult,
  ExportResult,
  InitResult,
  InspectResult,
  Plan,
  SetUpResult,
} from '../../src/pipeline/results.js';
import type { Report } from '../../src/report/index.js';
import { sampleReport } from '../report/sample-report.js';

export const samplePlan: Plan = {
  model: 'models/person/model.json',
  layers: [
    {
      name: 'features/block_12_depthwise_expanded/depthwise_kernel',
      kind: 'DepthwiseConv2D',
      shape: [3, 3, 1024, 1],
      params: 9216,
      bits: 2,
      reason: "--layer 'features/*=2'",
      floatBytes: 36_864,
      expectedBytes: 6_400,
    },
    {
      name: 'dense/bias',
      kind: 'Dense',
      shape: [10],
      params: 10,
      bits: 32,
      reason: 'bias',
      floatBytes: 40,
      expectedBytes: 40,
    },
  ],
  inputRanges: [{ input: 'image', range: '0..1' }],
  outputs: [{ output: 'dense', kind: 'softmax', logits: false, loss: 'crossentropy', metric: 'accuracy' }],
  bytesBefore: 40_000,
  expectedBytes: 7_000,
  expectedRatio: 5.71,
  expectedMs: 200_000,
  efforts: [
    { name: 'low', epochs: 1, expectedMs: 20_000 },
    { name: 'medium', epochs: 10, expectedMs: 200_000 },
  ],
  notes: ['a note on the plan'],
};

export const sampleInspection: InspectResult = {
  source: 'models/person/model.json',
  format: 'tfjs-layers',
  writtenBy: 'keras v2.15.0',
  bytes: 886_410,
  contents: [
    { part: 'kernels', bytes: 832_000 },
    { part: 'other', bytes: 55_176 },
    { part: 'topology', bytes: 19_234 },
  ],
  params: 221_794,
  kernelParams: 208_000,
  inputs: [{ name: 'input_1', shape: [null, 96, 96, 3], dtype: 'float32' }],
  outputs: [{ name: 'dense', shape: [null, 2] }],
  weights: [
    {
      name: 'features/block_12_depthwise_expanded/depthwise_kernel',
      kind: 'DepthwiseConv2D',
      shape: [3, 3, 1024, 1],
      dtype: 'float32',
      params: 9216,
      bytes: 36_864,
      bitsPerWeight: 32,
      role: 'kernel',
      min: -1.234_567,
      max: 0.000_012_3,
      zeros: 0.83,
    },
    {
      name: 'dense/bias',
      kind: 'Dense',
      shape: [],
      dtype: 'string',
      params: 1,
      bytes: 12,
      bitsPerWeight: 96,
      role: 'of dtype string',
      min: null,
      max: null,
      zeros: null,
    },
  ],
  notes: ['a note on the model'],
};

export const sampleEvaluation: EvaluateResult = {
  data: 'person/test',
  samples: 1,
  skippedFiles: 2,
  inputRanges: [{ input: 'image', range: '0..1' }],
  models: [
    {
      source: 'person-2bit/model.qgt',
      bytes: 61_235,
      metrics: [{ output: 'dense', name: 'accuracy', value: 0.9691 }],
    },
    {
      source: 'models/person/model.json',
      bytes: 886_410,
      metrics: [{ output: 'dense', name: 'accuracy', value: 0.978 }],
    },
  ],
  agreement: [{ output: 'dense', name: 'agreement', value: 0.9812, sqnrDb: 17.2 }],
  drop: [{ output: 'dense', name: 'accuracy', points: 0.89, margin: 0.62 }],
  reference: 'models/person/model.json',
  notes: ['a note on the data'],
};

export const sampleExport: ExportResult = {
  output: 'web',
  files: ['web/model.json', 'web/group1-shard1of1.bin'],
  bytes: 61_000,
  notes: ['written as float32: conv2d/kernel'],
};

export const sampleSetUp: SetUpResult = {
  folder: '/home/user/.cache/qgt/tfjs-node-4.22.0-linux-x64',
  source: 'the tensorflow-cpu wheel',
  version: '4.22.0',
  ms: 27_400,
};

export const sampleDiagnosis: Diagnosis = {
  qgt: '0.1.0',
  node: '22.1.0',
  npm: null,
  system: 'linux 6.1 x64',
  processor: 'a processor',
  cores: 2,
  features: ['avx2'],
  memoryBytes: { total: 8e9, free: 4e9 },
  engines: [
    { name: 'native', works: false, reason: 'tfjs-node is not installed', remedy: 'qgt setup' },
    { name: 'embedded', works: true, version: '4.22.0', stepMs: 12.3 },
  ],
  nativeSpeedup: null,
  engineFolder: '/home/user/.cache/qgt/tfjs-node-4.22.0-linux-x64',
};

export const sampleInit: InitResult = {
  file: 'qgt.config.json',
  config: { bits: 2, data: 'images', maxDrop: 1 },
};

export const sampleDifference: DiffResult = {
  before: 'base',
  after: 'out',
  bytes: { before: 16_000, after: 15_858 },
  ratio: { before: 10.75, after: 10.85 },
  metric: {
    before: { name: 'accuracy', on: 'test.npz', samples: 449, value: 0.9889 },
    after: { name: 'accuracy', on: 'test.npz', samples: 449, value: 0.9822 },
  },
  options: [{ name: '--bits', before: '2', after: '4' }],
  classes: [{ name: 'seven', before: 0.97, after: 0.91 }],
  layers: [
    {
      name: 'features/block_12_depthwise_expanded/depthwise_kernel',
      kind: 'changed',
      bits: { before: 2, after: 4 },
      packedBytes: { before: 1216, after: 2368 },
      sqnrDb: { before: 9.31, after: 19.44 },
      outputSqnrDb: { before: 8.72, after: null },
      verdict: { before: 'bottleneck', after: 'none' },
      codesChanged: null,
    },
    {
      name: 'dense/kernel',
      kind: 'changed',
      bits: { before: 4, after: 4 },
      packedBytes: { before: 640, after: 640 },
      sqnrDb: { before: 19.3, after: 19.2 },
      outputSqnrDb: { before: 18, after: 18 },
      verdict: { before: 'none', after: 'none' },
      codesChanged: 0.125,
    },
    {
      name: 'extra/kernel',
      kind: 'added',
      bits: { before: null, after: 2 },
      packedBytes: { before: null, after: 200 },
      sqnrDb: { before: null, after: 9.3 },
      outputSqnrDb: { before: null, after: 9 },
      verdict: { before: null, after: 'watch' },
      codesChanged: null,
    },
  ],
  unchanged: 17,
  notes: ['a note on the difference'],
};

/** A call that a command made. */
export interface Call {
  readonly name: keyof Pipeline;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * A pipeline that keeps its calls and answers with the samples above.
 *
 * @param act     Called before each answer: what the pipeline does meanwhile.
 * @param report  What a compression or an analysis answers.
 */
export function fakePipeline(
  act: (controls: RunControls) => void | Promise<void> = () => {},
  report: Report = sampleReport,
): { pipeline: Pipeline; calls: Call[] } {
  const calls: Call[] = [];
  const answer =
    <Result>(name: keyof Pipeline, result: Result) =>
    async (options: object, controls: RunControls = {}): Promise<Result> => {
      calls.push({ name, options: { ...options } });
      await act(controls);
      return result;
    };
  const files = ['person-2bit/model.qgt', 'person-2bit/report.json'];
  return {
    calls,
    pipeline: {
      compress: answer('compress', { report, output: 'person-2bit', files, isStopped: false }),
      planCompression: answer('planCompression', samplePlan),
      analyze: answer('analyze', {
        report: { ...report, command: 'analyze' as const, output: null, training: null, metric: null },
        files: [],
      }),
      evaluate: answer('evaluate', sampleEvaluation),
      report: answer('report', { report }),
      diff: answer('diff', sampleDifference),
      inspect: answer('inspect', sampleInspection),
      exportModel: answer('exportModel', sampleExport),
      setUp: answer('setUp', sampleSetUp),
      doctor: answer('doctor', sampleDiagnosis),
      demo: answer('demo', { report, output: 'qgt-demo', files, isStopped: false }),
      init: answer('init', sampleInit),
    },
  };
}
