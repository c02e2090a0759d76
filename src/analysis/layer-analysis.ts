import {
  type FinalWeight,
  floatWeights,
  packedModel,
  planModel,
  quantizedOf,
  roundWeights,
} from '../compression/index.js';
import { tf } from '../engine/index.js';
import { worstOutput } from '../metrics/index.js';
import { roundEvenly } from '../mixed-precision/index.js';
import { expandTensor, packModel, type StoredTensor } from '../pack/index.js';
import { atWidth, type BitRules, type GridRule } from '../plan/index.js';
import { type Bits, widthFor } from '../quantize/index.js';
import { formatDuration, type LayerSensitivity, type SensitivityReport } from '../report/index.js';
import { type Evaluation, nameOf } from '../session/index.js';
import { type Gain, gainOf, scoreOf } from './gains.js';
import { pick, type Replacement, tensorsOf } from './replacements.js';
import { runTrials, type ScoredTrial, type Trial, timeTrials } from './trials.js';

/** How the model is rounded, and the widths to try. */
export interface AnalysisRules extends Omit<BitRules, 'bits'> {
  readonly bitWidths: readonly Bits[];
}

/** Milliseconds and number of samples, where the user doesn't set their number. */
const MAX_MS = 120_000;
const SAMPLES = { least: 32, most: 256 };

/** Effect of each kernel on the model's predictions. */
export interface LayerAnalysis {
  readonly model: Omit<SensitivityReport, 'samples'>;
  /** Index of the output whose metric counts: the one that lost most. */
  readonly output: number;
  /** Number of samples measured. */
  readonly samples: number;
  /** Gain of the float model over the packed one. */
  readonly lost: Gain;
  /** By kernel. */
  readonly layers: ReadonlyMap<
    string,
    {
      readonly sensitivity: LayerSensitivity[];
      /** Gain of the packed model by this kernel in float. */
      readonly inFloat: Gain;
    }
  >;
}

/**
 * Measures each kernel separately at each width: the float model with only this kernel rounded, and the rounded
 * model with only this kernel in float; the latter for the packed model too.
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
  const trials: Trial[] = [
    ...widths.map(({ alone }) => ({ base: new Map(), variants: names.map((name) => pick(alone, name)) })),
    ...[...widths.map(({ whole }) => whole), base].map((rounded) => ({
      base: rounded,
      variants: names.map((name) => pick(float, name)),
    })),
  ];
  try {
    const sampleMs = await timeTrials(evaluation, trials);
    const limit = sampleCount(evaluation, sampleMs);
    const what = `${names.length} layers at ${widths.map(({ bits }) => bits).join(', ')} bits`;
    evaluation.onProgress?.({
      kind: 'note',
      text: `${what}, each by itself, on ${limit} samples: about ${formatDuration(limit * sampleMs)}`,
    });
    return summarize(names, widths, limit, await runTrials({ ...evaluation, limit }, trials, what));
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

/** The model at one width, on the engine. */
interface RoundedWidth {
  readonly bits: Bits;
  /** Every kernel that the packed model quantizes, rounded to this width. */
  readonly alone: Replacement;
  readonly tensorBytes: ReadonlyMap<string, number>;
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
    alone: codesAsTensors([...even.stored.values()]),
    tensorBytes: even.tensorBytes,
    whole: codesAsTensors(whole),
    bytes: bytes.length,
  };
}

/** Expands codes to tensors; weights that stayed in float are left out, since the model has them. */
function codesAsTensors(stored: readonly StoredTensor[]): Replacement {
  return tensorsOf(stored.filter(({ encoding }) => encoding === 'codes').map(expandTensor));
}

function summarize(
  names: readonly string[],
  widths: readonly RoundedWidth[],
  samples: number,
  scored: readonly ScoredTrial[],
): LayerAnalysis | null {
  const [alone, whole] = [scored.slice(0, widths.length), scored.slice(widths.length, -1)];
  const packed = scored.at(-1)!;
  const [float, lossy] = [alone[0]!.base.measurement(), packed.base.measurement()];
  if (lossy.outputs.length === 0) return null;
  const output = worstOutput(float, lossy);
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
      rankedBy: 'inFloat',
      path: [],
      interaction: null,
    },
    samples,
    lost: gainOf(packed.base, alone[0]!.base, output),
    layers: new Map(
      names.map((name, at) => [
        name,
        {
          sensitivity: widths.map(({ bits, tensorBytes }, index) => ({
            bits,
            bytes: tensorBytes.get(name)!,
            alone: scoreOf(alone[index]!.variants[at]!, output),
            allBut: scoreOf(whole[index]!.variants[at]!, output),
          })),
          inFloat: gainOf(packed.base, packed.variants[at]!, output),
        },
      ]),
    ),
  };
}
