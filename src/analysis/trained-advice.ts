import { quantizedOf } from '../compression/index.js';
import { atWidth } from '../plan/index.js';
import { type Bits, MAX_BITS, possibleWidths } from '../quantize/index.js';
import type { Cause, LayerReport, MetricReport } from '../report/index.js';
import type { Evaluation, LiveModel } from '../session/index.js';
import type { Training } from '../train/index.js';
import { causesOf, noisiest } from './causes.js';
import type { TrainingOption } from './change.js';
import type { PackedWeights } from './layer-reports.js';
import { canBeTrained, type Suggestion, suggestAsItIs, type UntriedChange } from './suggestion.js';
import { raisedWidth } from './together.js';
import { POINT } from './verdict.js';
import { layerTargets } from './verdicts.js';

/** A compressed model, as a training left it. */
export interface TrainedModel extends Pick<PackedWeights, 'weights'> {
  readonly metric: MetricReport;
  readonly layers: readonly LayerReport[];
  /** Length of the file. */
  readonly bytes: number;
  /** Width that was asked for; auto: one for each kernel, chosen for a goal. */
  readonly bits: Bits | 'auto';
  readonly quantizer: string;
  /** Whether a training was asked for. */
  readonly isToTrain: boolean;
  /** Left out where the weights were rounded without training. */
  readonly training?: Pick<Training, 'trace'> | undefined;
  /** Whether a training was tried, and its weights were worse than rounded ones. */
  readonly isGivenUp: boolean;
  /** Options of the run that may have spoilt its training, as they were typed: `--epochs 1`. */
  readonly doubtful: ReadonlyMap<TrainingOption, string>;
}

/** Advice on a compressed model, and the causes of its loss. */
export interface Conclusion {
  /** Given where all is well. */
  readonly advice: readonly Suggestion[];
  /** Changes that may make it better. */
  readonly untried: readonly UntriedChange[];
  readonly causes: readonly Cause[];
}

/** How many of the noisiest kernels get more bits together. */
const NOISIEST = 3;

/**
 * Advises on a compressed model. What a change gives is not known: the layers of a trained model have come to fit each
 * other, so that a kernel put back to float in it makes it worse; only another training tells.
 */
export function concludeOn(
  evaluation: Pick<Evaluation, 'liveModel' | 'samples'>,
  model: TrainedModel,
): Conclusion {
  const { metric, bytes, layers, training, isToTrain } = model;
  if (metric.drop < POINT) {
    const measuring = { metric: metric.name, samples: metric.samples, isHeldOut: true };
    const lost = { points: metric.drop, error: null };
    return { advice: [suggestAsItIs(evaluation, lost, bytes, measuring)], untried: [], causes: [] };
  }
  return {
    advice: [],
    // Of rounding that was asked for qgt analyze measures what else there is.
    untried: [
      ...withoutDoubtful(model),
      ...(isToTrain ? wider(model) : []),
      ...(canBeTrained(evaluation) ? longer(model) : []),
      ...(isToTrain ? widerLayers(evaluation.liveModel, model) : []),
    ],
    causes: training === undefined ? [] : causesOf({ metric, layers, trace: training.trace }),
  };
}

/** The same training without the options that may have spoilt it. */
function withoutDoubtful({ doubtful }: TrainedModel): UntriedChange[] {
  if (doubtful.size === 0) return [];
  const what = `a training without ${[...doubtful.values()].join(' ')}`;
  return [{ ...WHOLE, what, rules: [], without: [...doubtful.keys()] }];
}

/** More training; none where a training as it usually is comes first, was tried and made it worse, or had nothing to train on. */
function longer({ training, isToTrain, isGivenUp, doubtful }: TrainedModel): UntriedChange[] {
  if (isGivenUp || doubtful.size > 0 || (isToTrain && training === undefined)) return [];
  return [{ ...WHOLE, what: training === undefined ? 'fine-tuning' : 'a training twice as long', rules: [] }];
}

const WHOLE = { scope: 'model', kind: 'fine-tuning', layers: [] } as const;

/** The next width for the whole model. */
function wider({ bits, quantizer }: TrainedModel): UntriedChange[] {
  const next = bits === 'auto' ? undefined : possibleWidths(quantizer).find((more) => more > bits);
  return next === undefined
    ? []
    : [{ what: `${next} bits`, scope: 'model', kind: 'bits', layers: [], allBits: next, rules: [] }];
}

/** More bits for the kernels whose own outputs have most noise; none where widths were chosen for a goal, which has no room for them. */
function widerLayers(liveModel: LiveModel, { weights, layers, bits: asked }: TrainedModel): UntriedChange[] {
  if (asked === 'auto') return [];
  const targets = layerTargets(liveModel);
  const kernels = new Map(quantizedOf(weights).map((kernel) => [kernel.weight.name, kernel]));
  const chosen = noisiest(layers.filter(({ bits }) => bits < MAX_BITS))
    .slice(0, NOISIEST)
    .map(({ name }) => kernels.get(name)!);
  if (chosen.length === 0 || chosen.length === kernels.size) return [];
  const rules = chosen.map(
    ({ weight, bits, planned }) =>
      [targets.get(weight.name)!, atWidth(planned.rule, raisedWidth(bits))] as const,
  );
  const what = rules.map(([target, { bits }]) => `${target} at ${bits} bits`).join(', ');
  const names = chosen.map(({ weight }) => weight.name);
  return [{ what, scope: 'layers', kind: 'first-layers', layers: names, rules }];
}
