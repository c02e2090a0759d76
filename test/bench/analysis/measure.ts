import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { channelLayout } from '../../../src/core/index.js';
import { tf } from '../../../src/engine/index.js';
import { analyze, compress, loadQgt } from '../../../src/index.js';
import { findWeights, readModel, removeDeadChannels, toLayersModel } from '../../../src/model/index.js';
import { type Bits, dequantize, quantizers } from '../../../src/quantize/index.js';
import type { Advice } from '../../../src/report/index.js';
import { unpackImages } from '../images.js';
import { shared } from '../subjects.js';
import {
  exchanged,
  type FreshSamples,
  gainInDb,
  gainInPoints,
  readFresh,
  type Score,
  score,
} from './brute-force.js';
import { spearman } from './spearman.js';
import type { AnalysisSubject } from './subjects.js';

const DIGITS = resolve(import.meta.dirname, '../../../fixtures/digits');

/** What the verdict and the advice said of a model, and what brute force found. */
export interface AnalysisFigures {
  readonly subject: AnalysisSubject;
  readonly fresh: number;
  readonly float: Score;
  readonly packed: Score;
  /** Evidence that the layers are ranked by. */
  readonly rankedBy: string;
  /** In the order of the verdict. */
  readonly layers: readonly LayerFigures[];
  /** Rank correlation of the verdict's order with that of the same costs by brute force. */
  readonly byLoss: number;
  readonly analysisMs: number;
  readonly firstFive: FirstFiveFigures;
  readonly advice: readonly AdviceFigures[];
}

/** Costs of a layer by brute force, in the unit of the loss. */
export interface LayerFigures {
  readonly name: string;
  readonly level: string;
  /** The float model with this layer alone rounded. */
  readonly alone: number;
  /** The packed model with this layer in float. */
  readonly inFloat: number;
}

/** What the five layers that are ranked first bring back at 4 bits, at 8 where they have 4, on fresh samples. */
export interface FirstFiveFigures {
  /** Of the metric. */
  readonly points: number;
  /** More bytes in the file. */
  readonly bytes: number;
}

/** A gain as advice states it, and what following it gains on samples that nobody saw. */
export interface AdviceFigures {
  readonly text: string;
  readonly kind: Advice['kind'];
  readonly unit: Advice['gainUnit'];
  readonly stated: number;
  readonly measured: number;
  /** Standard error of the difference of both. */
  readonly error: number;
  readonly holds: boolean;
}

/** Analyzes a model, tries every layer by brute force, and follows the advice. */
export async function measureAnalysis(
  subject: AnalysisSubject,
  say: (line: string) => void,
): Promise<AnalysisFigures> {
  const { bits, inputRange, samples } = subject;
  const { model, data } = await pathsOf(subject);
  say(`${subject.model} at ${bits} bits`);
  const common = { model, data, inputRange, engine: 'native', seed: 0 } as const;
  const { report } = await analyze({ ...common, bits, samples });
  const rows = report.layers
    .flatMap(({ name, bits: width, verdict }) =>
      verdict === null ? [] : [{ name, bits: width as Bits, verdict }],
    )
    .sort((a, b) => a.verdict.rank! - b.verdict.rank!);
  const lean = removeDeadChannels(await readModel(model)).model;
  const [float, packed] = [await toLayersModel(lean), roundKernels(await toLayersModel(lean), rows)];
  const fresh = await readFresh(float, data, inputRange, 2 * samples, subject.fresh);
  const [whole, lossy] = [score(float, fresh), score(packed, fresh)];
  const names = rows.map(({ name }) => name);
  const alone = exchanged(float, packed, names, fresh);
  const inFloat = exchanged(packed, float, names, fresh);
  const layers = rows.map(({ name, verdict: { level } }) => ({
    name,
    level,
    alone: alone.get(name)!.loss - whole.loss,
    inFloat: lossy.loss - inFloat.get(name)!.loss,
  }));
  const { rankedBy } = report.sensitivity!;
  const packing = { model, data, inputRange, bits };
  const before = await scorePacked(packing, fresh);
  return {
    subject,
    fresh: fresh.count,
    float: whole,
    packed: lossy,
    rankedBy,
    layers,
    byLoss: spearman(
      rows.map((_, index) => -index),
      layers.map((each) => (rankedBy === 'alone' ? each.alone : each.alone + each.inFloat)),
    ),
    analysisMs: report.totals.durationMs,
    firstFive: await raiseFirstFive(names, before, packing, fresh),
    advice: await followAll(report.advice, whole, before, packing, fresh),
  };
}

/** Paths of a subject's model and data. */
async function pathsOf({ model, data }: AnalysisSubject): Promise<{ model: string; data: string }> {
  if (model === 'digits') return { model: join(DIGITS, 'model.json'), data: join(DIGITS, data) };
  const isArchive = !data.includes('/');
  const images = isArchive ? await unpackImages(shared(`data/${data}.tar.gz`), data) : '';
  return {
    model: shared('models', model, 'model.json'),
    data: isArchive ? join(images, 'test') : shared('data', data),
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
    const rounded = dequantize(uniform.encode!(weights, uniform.fit(weights, layout, row.bits), layout));
    info.variable.write(tf.tensor(rounded, shape));
  }
  return model;
}

interface Packing {
  readonly model: string;
  readonly data: string;
  readonly inputRange: string;
  readonly bits: Bits;
  /** Rules as `--layer` takes them. */
  readonly layer?: readonly string[];
}

interface PackedScore extends Score {
  readonly bytes: number;
}

/** Scores what `qgt compress --epochs 0` writes. */
async function scorePacked(packing: Packing, fresh: FreshSamples): Promise<PackedScore> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-bench-'));
  try {
    const output = join(folder, 'out');
    await compress({ ...packing, layer: [...(packing.layer ?? [])], epochs: 0, output, engine: 'native' });
    const file = new Uint8Array(await readFile(join(output, 'model.qgt')));
    const model = (await loadQgt(file, { tf, kind: 'layers' })) as tf.LayersModel;
    return { ...score(model, fresh), bytes: file.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function raiseFirstFive(
  ranked: readonly string[],
  before: PackedScore,
  packing: Packing,
  fresh: FreshSamples,
): Promise<FirstFiveFigures> {
  const wider = packing.bits < 4 ? 4 : 8;
  const layer = ranked.slice(0, 5).map((name) => `${name}=${wider}`);
  const after = await scorePacked({ ...packing, layer }, fresh);
  return { points: gainInPoints(before, after).gain, bytes: after.bytes - before.bytes };
}

/** Least gain that is put to the test, in points or dB. */
const MIN_GAIN = 1;
/** Share of a stated gain, and standard errors, by which another one may differ. */
const TOLERANCE = { share: 1 / 3, errors: 2 };

/** Follows the first advice that has a gain, and that on the first three layers together. */
async function followAll(
  advice: readonly Advice[],
  float: Score,
  before: PackedScore,
  packing: Packing,
  fresh: FreshSamples,
): Promise<AdviceFigures[]> {
  const gaining = advice.filter(({ gain }) => gain !== null && gain > MIN_GAIN);
  const wanted = [
    gaining[0],
    gaining.find(({ kind }) => kind === 'mix'),
    gaining.find(({ kind }) => kind === 'first-layers'),
  ];
  const followed = [...new Set(wanted.filter((each) => each !== undefined))];
  const figures: AdviceFigures[] = [];
  for (const each of followed) figures.push(await follow(each, float, before, packing, fresh));
  return figures;
}

async function follow(
  { kind, option, text, gain, gainUnit, gainError }: Advice,
  float: Score,
  before: Score,
  packing: Packing,
  fresh: FreshSamples,
): Promise<AdviceFigures> {
  const [, bits] = /--bits (\S+)/.exec(option) ?? [];
  const layer = [...option.matchAll(/--layer '([^']*)'/g)].map(([, rule]) => rule!);
  const wanted = bits === undefined ? packing.bits : (Number(bits) as Bits);
  const after = await scorePacked({ ...packing, bits: wanted, layer }, fresh);
  const found = gainUnit === 'dB' ? gainInDb(float, before, after) : gainInPoints(before, after);
  const both = Math.hypot(gainError ?? 0, found.error);
  const off = Math.abs(found.gain - gain!);
  const holds = off <= Math.max(TOLERANCE.share * gain!, TOLERANCE.errors * both);
  return { text, kind, stated: gain!, unit: gainUnit, measured: found.gain, error: both, holds };
}
