import { packedModel } from '../compression/index.js';
import { tf } from '../engine/index.js';
import { expandTensor, packModel, type StoredTensor } from '../pack/index.js';
import type { LayerRule } from '../plan/index.js';
import type { Bits } from '../quantize/index.js';
import type { Evaluation } from '../session/index.js';
import { type Comparison, type Gain, gainOf, meanGain } from './gains.js';
import type { PackedWeights } from './layer-reports.js';
import { type Replacement, tensorsOf } from './replacements.js';
import { runTrials } from './trials.js';

/** Options of a training that can do harm; without them it does what it usually does. */
export type TrainingOption = 'forward' | 'epochs' | 'learningRate' | 'guidance';

/** Rules for `--layer`, by the name that each layer has there. */
export type TargetRules = readonly (readonly [target: string, rule: LayerRule])[];

/** Options that store a packed model in another way. */
export interface OptionChanges {
  /** `--bits` of the whole model; left out: as it was. */
  readonly allBits?: Bits;
  /** Rules for `--layer` beside those that there are. */
  readonly rules: TargetRules;
  /** Options of the run that the command does without; left out: none. */
  readonly without?: readonly TrainingOption[];
}

/** Another way to store some tensors of a packed model. */
export interface Change extends OptionChanges {
  /** `conv2d_4 at 4 bits` */
  readonly what: string;
  /** Tensors that stand in for those of the packed model. */
  readonly stored: readonly StoredTensor[];
}

/** A packed model that changes are tried on, in the metric of one output. */
export interface ChangeBase extends Pick<PackedWeights, 'weights'> {
  readonly output: number;
}

/** Measures the gain of the packed model by each change, by itself. */
export async function gainsOf(
  evaluation: Evaluation,
  { weights, output }: ChangeBase,
  changes: readonly Change[],
): Promise<Gain[]> {
  return withTensors(weights, changes, async (base, variants) => {
    const [trial] = await runTrials(evaluation, [{ base, variants }], 'remedies');
    // A change may be one of the size of an output, which can't be measured then.
    if (trial!.base.measurement().outputs[output] === undefined) return [];
    return trial!.variants.map((variant) => gainOf(trial!.base, variant, output));
  });
}

/**
 * Measures what each change of a single kernel makes good: the mean of what it gains in the packed model, and in the
 * float model with this kernel as it is packed.
 */
export async function costsSaved(
  evaluation: Evaluation,
  { weights, output }: ChangeBase,
  changes: readonly Change[],
): Promise<Gain[]> {
  return withTensors(weights, changes, async (base, variants) => {
    const kernels = [...new Set(variants.flatMap((variant) => [...variant.keys()]))];
    const alone = kernels.map((name) => new Map([[name, base.get(name)!]]));
    const [packed, float] = await runTrials(
      evaluation,
      [
        { base, variants },
        { base: new Map(), variants: [...alone, ...variants] },
      ],
      'remedies',
    );
    if (packed!.base.measurement().outputs[output] === undefined) return [];
    return variants.map((variant, index) => {
      const [name] = variant.keys();
      const pairs: Comparison[] = [
        [packed!.base, packed!.variants[index]!],
        [float!.variants[kernels.indexOf(name!)]!, float!.variants[kernels.length + index]!],
      ];
      return meanGain(pairs, output);
    });
  });
}

/** Hands over the packed tensors that differ from the float model's, and those of each change; they are disposed of after use. */
async function withTensors<Result>(
  weights: ChangeBase['weights'],
  changes: readonly Change[],
  use: (base: Replacement, variants: readonly Replacement[]) => Promise<Result>,
): Promise<Result> {
  const base = tensorsOf(weights.filter(({ bits }) => bits !== null).map(({ after }) => after));
  const variants = changes.map(({ stored }) => tensorsOf(stored.map(expandTensor)));
  try {
    return await use(base, variants);
  } finally {
    tf.dispose([base, ...variants].flatMap((each) => [...each.values()]));
  }
}

/** Measures the bytes of the packed file, with some tensors stored differently. */
export async function bytesWith(
  { liveModel, samples }: Evaluation,
  { weights }: Pick<PackedWeights, 'weights'>,
  changed: readonly StoredTensor[] = [],
): Promise<number> {
  const others = new Map(changed.map((tensor) => [tensor.name, tensor]));
  const tensors = weights.map(({ stored }) => others.get(stored.name) ?? stored);
  return (await packModel(packedModel(liveModel, tensors, samples))).bytes.length;
}
