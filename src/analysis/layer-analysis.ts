import { isDeepStrictEqual } from 'node:util';
import {
  type FinalWeight,
  floatWeights,
  packedModel,
  planModel,
  type QuantizedWeight,
  quantizedOf,
  roundWeights,
} from '../compression/index.js';
import { tf } from '../engine/index.js';
import { type MetricAccumulator, worstOutput } from '../metrics/index.js';
import { roundEvenly } from '../mixed-precision/index.js';
import { expandTensor, packModel, type StoredTensor } from '../pack/index.js';
import { atWidth, type BitRules, type GridRule } from '../plan/index.js';
import { type Bits, widthFor } from '../quantize/index.js';
import { formatDuration, type LayerSensitivity, type SensitivityReport } from '../report/index.js';
import { type Evaluation, nameOf } from '../session/index.js';
import { furtherPasses } from './further-passes.js';
import { type Gain, gainOf, meanGain, scoreOf } from './gains.js';
import { pick, type Replacement, tensorsOf } from './replacements.js';
import { passesOf, runTrials, type ScoredTrial, type Trial, timePass } from './trials.js';

/** How the model is rounded, and the widths to try. */
export interface AnalysisRules extends BitRules {
  readonly bitWidths: readonly Bits[];
}

/** Milliseconds and number of samples, where the user doesn't set their number. */
const MAX_MS = 120_000;
export const SAMPLES = { least: 32, most: 256 };

/** Loss of the metric from which the packed model has collapsed, in percentage points. */
const COLLAPSED = 25;

/** Effect of one kernel on the model's predictions. */
export interface KernelAnalysis {
  readonly sensitivity: LayerSensitivity[];
  /** Gain of the float model over itself with this kernel as it is packed. */
  readonly alone: Gain;
  /** Gain of the packed model by this kernel in float. */
  readonly inFloat: Gain;
  /**
   * Cost of the kernel: the mean of both, the Shapley value where kernels interact in pairs; or the first alone where
   * the packed model has collapsed, since a kernel of such a model makes a difference by chance.
   *
   * @see Grabisch and Roubens 1999, An axiomatic approach to the concept of interaction among players.
   */
  readonly cost: Gain;
}

/** Effect of each kernel on the model's predictions. */
export interface LayerAnalysis {
  readonly model: Omit<SensitivityReport, 'samples' | 'path' | 'interaction'>;
  /** Index of the output whose metric counts: the one that lost most. */
  readonly output: number;
  /** Number of samples measured. */
  readonly samples: number;
  /** Gain of the float model over the packed one. */
  readonly lost: Gain;
  /** By kernel. */
  readonly layers: ReadonlyMap<string, KernelAnalysis>;
  /** The model at each of the widths. */
  readonly widths: readonly WholeWidth[];
}

/**
 * Measures each kernel separately at each width: the float model with only this kernel rounded, and the rounded
 * model with only this kernel in float; both for the packed model too.
 *
 * @param evaluation  Without a limit, as many samples as there is time for.
 * @param weights     Weights of the packed model.
 * @returns null where no output can be measured.
 */
export async function analyzeLayers(
  evaluation: Evaluation,
  weights: readonly FinalWeight[],
  rules: AnalysisRules,
): Promise<LayerAnalysis | null> {
  const kernels = quantizedOf(weights);
  const names = kernels.map(({ weight }) => weight.name);
  const own = new Map(kernels.map(({ weight, planned }) => [weight.name, planned.rule]));
  const base = tensorsOf(kernels.map(({ after }) => after));
  const float = tensorsOf(kernels.map(({ before }) => before));
  const widths = await Promise.all(
    [...new Set(rules.bitWidths.map((bits) => widthFor(rules.quantizer, bits)))].map((bits) =>
      roundWidth(evaluation, rules, own, bits),
    ),
  );
  const known = kernels.map((kernel) => knownAlone(kernel, widths));
  const unknown = names.filter((_, index) => known[index]! < 0);
  const trials: Trial[] = [
    ...widths.map(({ alone }) => ({ base: new Map(), variants: names.map((name) => pick(alone, name)) })),
    ...[...widths.map(({ whole }) => whole), base].map((rounded) => ({
      base: rounded,
      variants: names.map((name) => pick(float, name)),
    })),
    { base: new Map(), variants: unknown.map((name) => pick(base, name)) },
  ];
  try {
    const passMs = await timePass(evaluation);
    const variants = trials.reduce((sum, trial) => sum + trial.variants.length, 0);
    const passes = passesOf(trials.length, variants);
    const limit = sampleCount(evaluation, passes * passMs);
    const wholeMs = limit * passMs * (passes + furtherPasses(names.length));
    const what = `${names.length} layers at ${widths.map(({ bits }) => bits).join(', ')} bits`;
    evaluation.onProgress?.({
      kind: 'note',
      text: `${what}, each by itself, on ${limit} samples, then remedies and advice: about ${formatDuration(wholeMs)}`,
    });
    const scored = await runTrials({ ...evaluation, limit }, trials, what);
    const others = scored.at(-1)!.variants;
    const alone = known.map((width, at) =>
      width < 0 ? others[unknown.indexOf(names[at]!)]! : scored[width]!.variants[at]!,
    );
    return summarize(names, widths, { samples: limit, alone, scored: scored.slice(0, -1) });
  } finally {
    tf.dispose(
      [base, float, ...widths.flatMap(({ alone, whole }) => [alone, whole])].flatMap((each) => [
        ...each.values(),
      ]),
    );
  }
}

function sampleCount({ limit, samples: { evaluation } }: Evaluation, sampleMs: number): number {
  const affordable = Math.max(SAMPLES.least, Math.floor(MAX_MS / sampleMs));
  return Math.min(limit ?? Math.min(SAMPLES.most, affordable), evaluation.order.length);
}

/** Finds the width at which a kernel was rounded alone just as it is packed; -1: none. */
function knownAlone({ stored }: QuantizedWeight, widths: readonly RoundedWidth[]): number {
  return widths.findIndex(({ even }) => isDeepStrictEqual(even.get(stored.name), stored));
}

/** The model rounded to one width, as it is stored. */
export interface WholeWidth {
  readonly bits: Bits;
  readonly stored: readonly StoredTensor[];
  /** Every kernel at this width, edge layers and depthwise ones too; by name. */
  readonly even: ReadonlyMap<string, StoredTensor>;
  /** By name, with `even`. */
  readonly tensorBytes: ReadonlyMap<string, number>;
}

/** The model at one width, on the engine. */
interface RoundedWidth extends WholeWidth {
  /** Every kernel that the packed model quantizes, rounded to this width. */
  readonly alone: Replacement;
  /** Kernels as `--bits` would round them: edge layers and pinned ones keep widths of their own. */
  readonly whole: Replacement;
  /** Bytes of the file with `whole`. */
  readonly bytes: number;
}

async function roundWidth(
  { liveModel, samples }: Evaluation,
  rules: AnalysisRules,
  own: ReadonlyMap<string, GridRule>,
  bits: Bits,
): Promise<RoundedWidth> {
  const all = Object.fromEntries([...own].map(([name, rule]) => [name, atWidth(rule, bits)]));
  const even = await roundEvenly(liveModel, { ...rules, layer: all }, bits, samples);
  const plan = planModel(liveModel, { ...rules, bits });
  const whole = roundWeights(floatWeights(liveModel), plan).stored;
  const { bytes } = await packModel(packedModel(liveModel, whole, samples));
  return {
    bits,
    stored: whole,
    even: even.stored,
    tensorBytes: even.tensorBytes,
    alone: codesAsTensors([...even.stored.values()]),
    whole: codesAsTensors(whole),
    bytes: bytes.length,
  };
}

/** Expands codes to tensors; weights that stayed in float are left out, since the model has them. */
function codesAsTensors(stored: readonly StoredTensor[]): Replacement {
  return tensorsOf(stored.filter(({ encoding }) => encoding === 'codes').map(expandTensor));
}

/** Scores of all trials, on so many samples. */
interface Scored {
  readonly samples: number;
  /** The float model with each kernel as it is packed. */
  readonly alone: readonly MetricAccumulator[];
  /** At each width alone, then all but one, then the packed model with all but one. */
  readonly scored: readonly ScoredTrial[];
}

function summarize(
  names: readonly string[],
  widths: readonly RoundedWidth[],
  { samples, scored, ...own }: Scored,
): LayerAnalysis | null {
  const [alone, whole] = [scored.slice(0, widths.length), scored.slice(widths.length, -1)];
  const packed = scored.at(-1)!;
  const [float, lossy] = [alone[0]!.base.measurement(), packed.base.measurement()];
  if (lossy.outputs.length === 0) return null;
  const output = worstOutput(float, lossy);
  const lost = gainOf(packed.base, alone[0]!.base, output);
  const isCollapsed = lost.points >= COLLAPSED;
  return {
    output,
    model: {
      metric: nameOf(lossy.outputs[output]!),
      output: lossy.outputs.length > 1 ? lossy.outputs[output]!.name : null,
      float: scoreOf(alone[0]!.base, output),
      packed: scoreOf(packed.base, output),
      bitWidths: widths.map(({ bits, bytes }, index) => ({
        bits,
        bytes,
        score: scoreOf(whole[index]!.base, output),
      })),
      rankedBy: isCollapsed ? 'alone' : 'mean',
    },
    samples,
    lost,
    layers: new Map(
      names.map((name, at) => {
        const first = [own.alone[at]!, alone[0]!.base] as const;
        const last = [packed.base, packed.variants[at]!] as const;
        return [
          name,
          {
            sensitivity: widths.map(({ bits, tensorBytes }, index) => ({
              bits,
              bytes: tensorBytes.get(name)!,
              alone: scoreOf(alone[index]!.variants[at]!, output),
              allBut: scoreOf(whole[index]!.variants[at]!, output),
            })),
            alone: gainOf(...first, output),
            inFloat: gainOf(...last, output),
            cost: meanGain(isCollapsed ? [first] : [first, last], output),
          },
        ];
      }),
    ),
    widths,
  };
}
