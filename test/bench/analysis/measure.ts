import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelLayout } from '../../../src/core/index.js';
import { tf } from '../../../src/engine/index.js';
import { analyze, compress, loadQgt } from '../../../src/index.js';
import { findWeights, readModel, removeDeadChannels, toLayersModel } from '../../../src/model/index.js';
import { type Bits, dequantize, encode, quantizers } from '../../../src/quantize/index.js';
import type { Remedy } from '../../../src/report/index.js';
import { unpackImages } from '../images.js';
import { shared } from '../subjects.js';
import { type FreshSamples, readFresh, returnToFloat, type Score, score } from './brute-force.js';
import { spearman } from './spearman.js';
import type { AnalysisSubject } from './subjects.js';

/** What the verdict said of a model, and what brute force found. */
export interface AnalysisFigures {
  readonly subject: AnalysisSubject;
  readonly fresh: number;
  readonly float: Score;
  readonly packed: Score;
  /** In the order of the verdict. */
  readonly layers: readonly LayerFigures[];
  /** Rank correlation of the verdict's order with the brute-force one. */
  readonly byAccuracy: number;
  readonly byLoss: number;
  /** With 256 samples at three widths. */
  readonly analysisMs: number;
  readonly remedy: RemedyFigures | null;
}

/** What a layer's return to float gains. */
export interface LayerFigures {
  readonly name: string;
  readonly level: string;
  /** By brute force, in points of accuracy. */
  readonly points: number;
  /** By brute force, in nats of loss. */
  readonly loss: number;
}

/** What the first remedy was said to gain, and what following it gains on samples that nobody saw. */
export interface RemedyFigures {
  readonly text: string;
  readonly stated: number;
  readonly statedError: number | null;
  readonly measured: number;
}

/** Analyzes a model, tries every layer by brute force, and follows the first remedy. */
export async function measureAnalysis(
  subject: AnalysisSubject,
  say: (line: string) => void,
): Promise<AnalysisFigures> {
  const { bits, inputRange, samples } = subject;
  const data = join(await unpackImages(shared(`data/${subject.archive}.tar.gz`), subject.archive), 'test');
  const model = shared('models', subject.model, 'model.json');
  const common = { model, data, inputRange, engine: 'native', seed: 0 } as const;
  say(`${subject.model} at ${bits} bits`);
  const quick = await analyze({ ...common, bits, samples: 256, bitWidths: [2, 4, 8] });
  const { report } = await analyze({ ...common, bits, samples, bitWidths: [bits] });
  const rows = report.layers
    .flatMap(({ name, bits: width, verdict }) =>
      verdict === null ? [] : [{ name, bits: width as Bits, verdict }],
    )
    .sort((a, b) => a.verdict.rank! - b.verdict.rank!);

  const lean = removeDeadChannels(await readModel(model)).model;
  const float = await toLayersModel(lean);
  const fresh = await readFresh(float, data, inputRange, samples, subject.fresh);
  const packed = roundKernels(await toLayersModel(lean), rows);
  const before = score(packed, fresh);
  const found = returnToFloat(
    packed,
    float,
    rows.map(({ name }) => name),
    fresh,
    say,
  );
  const layers = rows.map(({ name, verdict: { level } }) => ({
    name,
    level,
    points: 100 * (found.get(name)!.accuracy - before.accuracy),
    loss: before.loss - found.get(name)!.loss,
  }));
  const order = rows.map((_, index) => -index);
  const remedy = rows[0]!.verdict.remedies.find(({ kind }) => kind === 'bits' || kind === 'float');
  return {
    subject,
    fresh: fresh.count,
    float: score(float, fresh),
    packed: before,
    layers,
    byAccuracy: spearman(
      order,
      layers.map(({ points }) => points),
    ),
    byLoss: spearman(
      order,
      layers.map(({ loss }) => loss),
    ),
    analysisMs: quick.report.totals.durationMs,
    remedy:
      remedy === undefined
        ? null
        : await follow(remedy, rows[0]!.name, { model, data, inputRange, bits }, fresh),
  };
}

/** Rounds kernels to so many bits by the quantizer alone. */
function roundKernels(
  model: tf.LayersModel,
  rows: readonly { readonly name: string; readonly bits: Bits }[],
): tf.LayersModel {
  const uniform = quantizers.find(({ name }) => name === 'uniform')!;
  for (const info of findWeights(model)) {
    const row = rows.find(({ name }) => name === info.name);
    if (row === undefined || info.role !== 'kernel') continue;
    const weights = info.variable.read().dataSync() as Float32Array;
    const shape = info.variable.shape as number[];
    const layout = channelLayout(shape, info.channelAxes);
    const rounded = dequantize(encode(weights, uniform.fit(weights, layout, row.bits), layout));
    info.variable.write(tf.tensor(rounded, shape));
  }
  return model;
}

interface Packing {
  readonly model: string;
  readonly data: string;
  readonly inputRange: string;
  readonly bits: Bits;
  readonly layer?: Readonly<Record<string, Bits | 'float'>>;
}

/** What `qgt compress --epochs 0` writes, as stock tfjs has it. */
async function packedModel({ model, data, inputRange, bits, layer = {} }: Packing): Promise<tf.LayersModel> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-bench-'));
  try {
    const output = join(folder, 'out');
    await compress({ model, data, inputRange, bits, layer, epochs: 0, output, engine: 'native' });
    const bytes = new Uint8Array(await readFile(join(output, 'model.qgt')));
    return (await loadQgt(bytes, { tf, kind: 'layers' })) as tf.LayersModel;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function follow(
  { kind, bits, text, gainPoints, gainError }: Remedy,
  kernel: string,
  packing: Packing,
  fresh: FreshSamples,
): Promise<RemedyFigures> {
  const width = kind === 'float' ? 'float' : (bits as Bits);
  const before = score(await packedModel(packing), fresh);
  const after = score(await packedModel({ ...packing, layer: { [kernel]: width } }), fresh);
  return {
    text,
    stated: gainPoints!,
    statedError: gainError,
    measured: 100 * (after.accuracy - before.accuracy),
  };
}
