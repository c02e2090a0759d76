import { packedModel, quantizedOf } from '../compression/index.js';
import { tf } from '../engine/index.js';
import { expandTensor, packModel, type StoredTensor } from '../pack/index.js';
import type { GridOptions } from '../plan/index.js';
import { type MetricReport, type Remedy, remedyText, type Verdict } from '../report/index.js';
import type { Evaluation } from '../session/index.js';
import { type Gain, gainOf } from './gains.js';
import type { LayerAnalysis } from './layer-analysis.js';
import type { PackedWeights } from './layer-reports.js';
import { type Candidate, remedyCandidates } from './remedy-candidates.js';
import { inOrder, type TriedRemedy } from './remedy-order.js';
import { type Replacement, tensorsOf } from './replacements.js';
import { runTrials } from './trials.js';
import { layerTargets } from './verdicts.js';

/** A packed model to try remedies on, and the grid options of all its layers. */
export interface RemedyBase extends Pick<PackedWeights, 'weights'> {
  readonly options: GridOptions;
}

/** A candidate with its gain and its additional bytes. */
interface TriedCandidate extends TriedRemedy {
  readonly candidate: Candidate;
  readonly gain: Gain;
}

/** Most layers for which remedies are tried. */
const MAX_LAYERS = 5;

/**
 * Completes verdicts with remedies: they are tried, each separately on the packed model, for the layers that
 * gain most; the others get the gain of float.
 *
 * @param verdicts  By kernel, without remedies.
 */
export async function addRemedies(
  evaluation: Evaluation,
  packed: RemedyBase,
  verdicts: ReadonlyMap<string, Verdict>,
  analysis: LayerAnalysis,
): Promise<ReadonlyMap<string, Verdict>> {
  const open = [...verdicts]
    .filter(([, { level }]) => level !== 'none')
    .sort(([, a], [, b]) => a.rank! - b.rank!)
    .map(([name]) => name);
  const candidates = candidatesFor(evaluation, packed, open);
  const gains = await knownGains(evaluation, packed, candidates, analysis);
  const bytesBefore = await bytesOf(evaluation, packed);
  const completed = new Map(verdicts);
  for (const [name, own] of candidates) {
    const known: TriedCandidate[] = [];
    for (const candidate of own) {
      const gain = gains.get(candidate);
      if (gain === undefined || gain.divergence <= 0 || gain.points < 0) continue;
      const bytes = (await bytesOf(evaluation, packed, candidate.stored)) - bytesBefore;
      known.push({ kind: candidate.kind, candidate, gain, bytes });
    }
    const remedies = inOrder(known).map((each) => toRemedy(each, analysis.model.metric));
    completed.set(name, { ...verdicts.get(name)!, remedies });
  }
  return completed;
}

/** Candidates for each kernel, by its name; kernels that would gain most in float come first. */
type Candidates = ReadonlyMap<string, readonly Candidate[]>;

function candidatesFor(
  { liveModel }: Evaluation,
  { weights, options }: RemedyBase,
  names: readonly string[],
): Candidates {
  const targets = layerTargets(liveModel);
  const kernels = new Map(quantizedOf(weights).map((kernel) => [kernel.weight.name, kernel]));
  return new Map(
    names.map((name) => {
      const candidates = remedyCandidates(kernels.get(name)!, targets.get(name)!, options);
      // With the only kernel in float nothing would be quantized.
      return [name, kernels.size === 1 ? candidates.filter(({ kind }) => kind !== 'float') : candidates];
    }),
  );
}

/** Measures the gains of every candidate for the first layers, and looks up those of float for the others. */
async function knownGains(
  evaluation: Evaluation,
  packed: RemedyBase,
  candidates: Candidates,
  { layers, output }: LayerAnalysis,
): Promise<ReadonlyMap<Candidate, Gain>> {
  const lists = [...candidates];
  const tried = lists.slice(0, MAX_LAYERS).flatMap(([, own]) => own);
  const gains = await gainsOf(evaluation, packed, { candidates: tried, output });
  const rest = lists
    .slice(MAX_LAYERS)
    .map(([name, own]) => [own.find(({ kind }) => kind === 'float')!, layers.get(name)!.inFloat] as const);
  return new Map([...gains.map((gain, index) => [tried[index]!, gain] as const), ...rest]);
}

/** Measures the gain of the packed model by each candidate separately, in the metric of one output. */
async function gainsOf(
  evaluation: Evaluation,
  { weights }: RemedyBase,
  { candidates, output }: { readonly candidates: readonly Candidate[]; readonly output: number },
): Promise<Gain[]> {
  if (candidates.length === 0) return [];
  const base = tensorsOf(quantizedOf(weights).map(({ after }) => after));
  const variants = candidates.map(toTensors);
  try {
    const [trial] = await runTrials(evaluation, [{ base, variants }], 'remedies');
    // A candidate may change the size of an output, which can't be measured then.
    if (trial!.base.measurement().outputs[output] === undefined) return [];
    return trial!.variants.map((variant) => gainOf(trial!.base, variant, output));
  } finally {
    tf.dispose([base, ...variants].flatMap((each) => [...each.values()]));
  }
}

const toTensors = ({ stored }: Candidate): Replacement => tensorsOf([expandTensor(stored)]);

/** Measures the bytes of the packed file, with one tensor stored differently. */
async function bytesOf(
  { liveModel, samples }: Evaluation,
  { weights }: RemedyBase,
  other?: StoredTensor,
): Promise<number> {
  const tensors = weights.map(({ stored }) => (stored.name === other?.name ? other : stored));
  return (await packModel(packedModel(liveModel, tensors, samples))).bytes.length;
}

function toRemedy({ candidate, gain, bytes }: TriedCandidate, metric: MetricReport['name']): Remedy {
  const { kind, bits, what, option } = candidate;
  return {
    kind,
    bits,
    text: remedyText(what, gain.points, metric, bytes),
    option,
    gainPoints: gain.points,
    gainError: gain.error,
    gainDivergence: gain.divergence,
    bytes,
  };
}
