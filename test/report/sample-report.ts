import type { LayerReport, Report } from '../../src/report/index.js';

const weightErrors: LayerReport['weights'] = {
  normalizedError: 0.117,
  worstErrorSteps: 1.2,
  clippedShare: 0.011,
  zeroShare: 0,
  entropyBits: 1.91,
  channels: 32,
  deadChannels: { before: 0, after: 0 },
  worstChannels: [
    { channel: 7, errorShare: 0.21 },
    { channel: 0, errorShare: 0.08 },
  ],
  histogram: { min: -0.41, max: 0.52, counts: [3, 310, 2100, 1890, 290, 15], levels: [-0.3, -0.1, 0.1, 0.3] },
};
const layer = (name: string, changes: Partial<LayerReport> = {}): LayerReport => ({
  name,
  kind: 'Conv2D',
  shape: [3, 3, 16, 32],
  bits: 2,
  quantizer: 'uniform',
  granularity: 'perChannel',
  clip: null,
  params: 4608,
  floatBytes: 18432,
  packedBytes: 1216,
  bitsPerWeight: 2.111,
  sqnrDb: 9.31,
  outputSqnrDb: 8.72,
  residual: 0.01234,
  snapLoss: 0.0021,
  reason: '--bits',
  chainSqnrDb: 6.5,
  weights: weightErrors,
  sensitivity: [
    {
      bits: 2,
      bytes: 1216,
      alone: { metric: 0.971, loss: 0.09, divergence: 0.02 },
      allBut: { metric: 0.93, loss: 0.21, divergence: 0.15 },
    },
  ],
  verdict: { level: 'none', rank: 2, reason: null, remedies: [] },
  ...changes,
});
const inFloat = (name: string, reason: string) =>
  layer(name, {
    kind: 'BatchNormalization',
    shape: [32],
    bits: 32,
    quantizer: null,
    granularity: null,
    params: 32,
    floatBytes: 128,
    packedBytes: 128,
    bitsPerWeight: 32,
    sqnrDb: null,
    outputSqnrDb: null,
    residual: null,
    reason,
    chainSqnrDb: null,
    snapLoss: null,
    weights: null,
    sensitivity: null,
    verdict: null,
  });

const widths = (first: number, depthwise: number, dense: number) => ({
  'conv2d/kernel': first,
  'features/block_12_depthwise_expanded/depthwise_kernel': depthwise,
  'dense/kernel': dense,
});
const trial = (kind: 'short' | 'full' | 'control', bits: Record<string, number>, drop: number) => ({
  kind,
  bits,
  epochs: 1,
  bytes: 61_235,
  ratio: 14.4755,
  predictedCost: 0.21,
  value: 0.98 - drop / 100,
  drop,
});

/** A report such as `compress` makes, with long names, empty figures and a bottleneck. */
export const sampleReport: Report = {
  version: 3,
  command: 'compress',
  tool: { name: 'qgt', version: '0.1.0' },
  model: { source: 'models/person/model.json', kind: 'layers', writtenBy: 'keras v2.15.0' },
  output: 'person-2bit/model.qgt',
  engine: { name: 'embedded', backend: 'wasm', version: '4.22.0' },
  seed: 0,
  options: { bits: 2, layer: { 'conv2d_*': 4 } },
  data: {
    source: 'person/train',
    trainSamples: 1200,
    evalSamples: 360,
    skippedFiles: 2,
    inputRanges: [{ input: 'image', range: '0..1' }],
    classes: ['no', 'yes'],
    synthesis: null,
  },
  training: {
    forward: 'quantized',
    loss: 'crossentropy',
    epochs: 1,
    epochsDone: 1,
    precision: 'float32',
    maxSteps: null,
    trace: [
      {
        epoch: 1,
        loss: 0.21,
        guidance: 0.02,
        learningRate: 1e-3,
        metric: 0.96,
        entropyPenalty: 0,
        residuals: { 'conv2d/kernel': 0.0123 },
        flips: { 'conv2d/kernel': 0.034 },
      },
    ],
  },
  allocation: {
    goal: { option: 'max-drop', limit: 1, value: 0.85, met: true },
    chosen: { bits: widths(8, 2, 2), predictedCost: 0.21, gap: 0 },
    costs: {
      'conv2d/kernel': [
        { bits: 1.58, bytes: 1012, predictedCost: 0.4 },
        { bits: 8, bytes: 4736, predictedCost: 0 },
      ],
    },
    front: [
      { bits: widths(8, 1.58, 1.58), bytes: 52_100, ratio: 17.0136, predictedCost: 0.63 },
      { bits: widths(8, 2, 2), bytes: 61_235, ratio: 14.4755, predictedCost: 0.21 },
      { bits: widths(8, 8, 8), bytes: 230_412, ratio: 3.8471, predictedCost: 0.000012 },
    ],
    candidates: [
      trial('short', widths(8, 2, 2), 1.4),
      trial('control', widths(8, 8, 8), 0),
      trial('full', widths(8, 2, 2), 0.85),
      trial('full', widths(8, 2, 1.58), 1.1),
    ],
    reference: 0.98,
  },
  metric: {
    name: 'accuracy',
    against: 'labels',
    output: null,
    before: 0.978,
    after: 0.9691,
    drop: 0.89,
    samples: 360,
    on: 'person/test',
    outputSqnrDb: 17.2,
    loss: { before: 0.08, after: 0.11 },
    outputs: [
      {
        output: 'dense',
        metric: 'accuracy',
        before: 0.978,
        after: 0.9691,
        drop: 0.89,
        sqnrDb: 17.2,
        answers: {
          classes: 2,
          float: { given: 2, commonest: 0.52, saturated: 0.1 },
          packed: { given: 2, commonest: 0.54, saturated: 0.1 },
        },
        spread: null,
      },
    ],
    classes: [
      { name: 'nobody', samples: 180, before: 0.99, after: 0.98 },
      { name: 'person', samples: 180, before: 0.966, after: 0.9582 },
    ],
  },
  sensitivity: {
    metric: 'accuracy',
    output: null,
    samples: 256,
    float: { metric: 0.977, loss: 0.081, divergence: 0 },
    packed: { metric: 0.922, loss: 0.24, divergence: 0.17 },
    bitWidths: [{ bits: 2, bytes: 61_235, score: { metric: 0.922, loss: 0.24, divergence: 0.17 } }],
  },
  totals: { bytesBefore: 886_410, bytesAfter: 61_235, ratio: 14.4755, durationMs: 83_250 },
  checks: [],
  layers: [
    layer('conv2d/kernel', { bits: 8, sqnrDb: 42.55, residual: 2.1e-6, reason: 'first kernel' }),
    inFloat('batch_normalization/gamma', 'BatchNorm'),
    inFloat('batch_normalization/beta', 'BatchNorm'),
    layer('features/block_12_depthwise_expanded/depthwise_kernel', {
      kind: 'DepthwiseConv2D',
      shape: [3, 3, 1024, 1],
      floatBytes: 36864,
      packedBytes: 6400,
      verdict: {
        level: 'bottleneck',
        rank: 1,
        reason: 'its output loses more than twice what the others lose',
        remedies: [
          {
            kind: 'bits',
            bits: 4,
            text: 'features/block_12_depthwise_expanded at 4 bits: +1.8 points for 2,304 bytes',
            option: "--layer 'features/block_12_depthwise_expanded=4'",
            gainPoints: 1.8,
            gainError: 0.6,
            gainDivergence: 0.05,
            bytes: 2304,
          },
        ],
      },
    }),
    layer('dense/kernel', { kind: 'Dense', shape: [1024, 1000], residual: null, floatBytes: 4_096_000 }),
    layer('zero/kernel', { kind: 'Dense', shape: [4, 4], sqnrDb: null, outputSqnrDb: null, residual: 0 }),
    inFloat('dense/bias', 'bias'),
  ],
  graph: [
    { name: 'input_1', kind: 'InputLayer', inputs: [], weights: [] },
    { name: 'conv2d', kind: 'Conv2D', inputs: [0], weights: ['conv2d/kernel'] },
    {
      name: 'batch_normalization',
      kind: 'BatchNormalization',
      inputs: [1],
      weights: ['batch_normalization/gamma', 'batch_normalization/beta'],
    },
    {
      name: 'features/block_12_depthwise_expanded',
      kind: 'DepthwiseConv2D',
      inputs: [2],
      weights: ['features/block_12_depthwise_expanded/depthwise_kernel'],
    },
    { name: 'add', kind: 'Add', inputs: [2, 3], weights: [] },
    { name: 'dense', kind: 'Dense', inputs: [4], weights: ['dense/kernel', 'dense/bias'] },
    { name: 'zero', kind: 'Dense', inputs: [4], weights: ['zero/kernel'] },
  ],
  warnings: [],
  notes: [
    'input range 0..1, chosen on labelled data: 97.8 % (-1..1 91.1 %, 0..255 50.2 %)',
    '2 of 1202 files could not be read as images and were left out',
  ],
};

/** The same held to limits: one kept, one not, and one that is only a warning. */
export const checkedReport: Report = {
  ...sampleReport,
  checks: [
    {
      rule: 'max-bytes',
      level: 'error',
      limit: 64_000,
      value: 61_235,
      passed: true,
      text: '61,235 bytes, at most 64,000',
    },
    {
      rule: 'max-drop',
      level: 'error',
      limit: 0.5,
      value: 0.89,
      passed: false,
      text: '0.89 points of accuracy lost, at most 0.5',
    },
    {
      rule: 'min-sqnr',
      level: 'warn',
      limit: 20,
      value: 17.2,
      passed: false,
      text: '17.2 dB at the outputs, at least 20',
    },
  ],
};

/** A report whose names try to leave the cell they are put in. */
export const hostileReport: Report = {
  ...sampleReport,
  model: { ...sampleReport.model, source: 'a|b <script>alert(1)</script>.json' },
  warnings: [{ code: 'one-class', text: 'a warning\n## <b>with a heading</b>' }],
  notes: ['a note\n## with a heading', '\u001b[2Jcleared'],
  layers: [
    layer('=HYPERLINK("http://x")'),
    layer('pipe|name\nsecond line, "quoted"', {
      verdict: {
        level: 'bottleneck',
        rank: 1,
        reason: '+1|2',
        remedies: [
          {
            kind: 'clip',
            bits: null,
            text: '@SUM(A1)',
            option: "--layer '=cmd|x=2,clip:0.7'",
            gainPoints: null,
            gainError: null,
            gainDivergence: null,
            bytes: null,
          },
        ],
      },
    }),
    layer('-2+3', { kind: '\tTab', sqnrDb: -3.25 }),
    layer('\u001b[31mred\u001b[0m\u0007'),
    layer('`code` *star* [link](http://x) _under_ conv_2d'),
    layer('<img src=http://x/y onerror=alert(1)>'),
  ],
  graph: [
    { name: '</title><script>alert(1)</script>', kind: '"><b>', inputs: [], weights: [] },
    { name: '&lt;', kind: 'Conv2D', inputs: [0], weights: ['<img src=http://x/y onerror=alert(1)>'] },
  ],
};
