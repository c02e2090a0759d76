import { quantizedOf } from '../compression/index.js';
import { tf } from '../engine/index.js';
import type { SensitivityReport } from '../report/index.js';
import type { Evaluation } from '../session/index.js';
import { effectOf, type Gain, gainOf, scoreOf } from './gains.js';
import type { LayerAnalysis } from './layer-analysis.js';
import type { PackedWeights } from './layer-reports.js';
import { pick, tensorsOf } from './replacements.js';
import { runTrials } from './trials.js';

/** The way from the packed model to the float one, kernel by kernel in the order of what they cost. */
export interface RecoveryPath extends Pick<SensitivityReport, 'path' | 'interaction'> {
  /** Gain by each kernel's step, by its name. */
  readonly steps: ReadonlyMap<string, Gain>;
}

/** Kernels whose gain together is held against the sum of what each gains by itself. */
const TOGETHER = 5;
/** Ratio of the two from which they are said to interact. */
const INTERACTS = 1.5;
/** Share of the divergence below which neither matters. */
const MIN_SHARE = 0.1;

/** Lists the kernels by what they cost, the most first: by the divergence, which tells small costs apart. */
export function byCost(layers: LayerAnalysis['layers']): string[] {
  const cost = (name: string) => layers.get(name)!.cost.divergence;
  return [...layers.keys()].sort((a, b) => cost(b) - cost(a));
}

/** Measures the packed model with kernels put back to float one after another, the costliest first. */
export async function measurePath(
  evaluation: Evaluation,
  { weights }: Pick<PackedWeights, 'weights'>,
  analysis: LayerAnalysis,
): Promise<RecoveryPath> {
  const kernels = quantizedOf(weights);
  const base = tensorsOf(kernels.map(({ after }) => after));
  const float = tensorsOf(kernels.map(({ before }) => before));
  const { output } = analysis;
  const names = byCost(analysis.layers);
  const variants = names.map(
    (_, last) => new Map(names.slice(0, last + 1).flatMap((name) => [...pick(float, name)])),
  );
  try {
    const [trial] = await runTrials(
      evaluation,
      [{ base, variants }],
      'layers back in float, one after another',
    );
    const stages = [trial!.base, ...trial!.variants];
    return {
      path: names.map((name, index) => ({ name, score: scoreOf(stages[index + 1]!, output) })),
      steps: new Map(names.map((name, index) => [name, gainOf(stages[index]!, stages[index + 1]!, output)])),
      interaction: interactionOf(
        names.slice(0, TOGETHER),
        gainOf(stages[0]!, stages[Math.min(TOGETHER, names.length)]!, output),
        analysis,
      ),
    };
  } finally {
    tf.dispose([...base.values(), ...float.values()]);
  }
}

/** The gain of kernels together beside the sum of their own gains; null where the costs add up. */
function interactionOf(
  names: readonly string[],
  gain: Gain,
  { layers, model }: LayerAnalysis,
): SensitivityReport['interaction'] {
  const together = effectOf(gain);
  const apart = names
    .map((name) => layers.get(name)!.inFloat)
    .reduce(
      (sum, each) => ({
        points: sum.points + each.points,
        loss: sum.loss + each.loss,
        divergence: sum.divergence + each.divergence,
      }),
      { points: 0, loss: 0, divergence: 0 },
    );
  const [less, more] = [together.divergence, apart.divergence].sort((a, b) => a - b) as [number, number];
  const matters = more > MIN_SHARE * model.packed.divergence;
  return names.length > 1 && matters && more > INTERACTS * Math.max(0, less)
    ? { layers: [...names], together, apart }
    : null;
}
