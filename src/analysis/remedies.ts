import { floatWeights, type PlanByName, packedModel } from '../compression/index.js';
import { tf } from '../engine/index.js';
import { packModel, type StoredTensor } from '../pack/index.js';
import { type MetricReport, type Remedy, remedyText, type Verdict } from '../report/index.js';
import type { Samples, Subject } from '../session/index.js';
import { type Gain, gainOf } from './gains.js';
import type { LayerAnalysis } from './layer-analysis.js';
import { type Candidate, remedyCandidates } from './remedy-candidates.js';
import { type Replacement, replacementOf, tensorsOf } from './replacements.js';
import { runTrials, type TrialOptions } from './trials.js';
import type { Targets } from './verdicts.js';

/** What remedies are tried on. */
export interface PackedSubject {
  readonly subject: Subject;
  readonly plan: PlanByName;
  /** In the order of the model's weights. */
  readonly stored: readonly StoredTensor[];
  readonly targets: Targets;
  readonly quantizer: string;
  readonly metric: MetricReport['name'];
}

/** A candidate, what it gained and what it takes. */
interface Tried {
  readonly candidate: Candidate;
  readonly gain: Gain;
  readonly bytes: number;
}

/** Layers that remedies are tried for. */
const MOST_LAYERS = 5;
/** A remedy is as good as the best from so much of its gain on: then the bytes decide. */
const GOOD_ENOUGH = 2 / 3;

/**
 * Completes verdicts by what can be done: remedies are tried, each by itself on the packed model, for the layers that gain
 * most; the others are told what float would gain.
 *
 * @param verdicts  By kernel, without remedies.
 */
export async function addRemedies(
  packed: PackedSubject,
  verdicts: ReadonlyMap<string, Verdict>,
  { layers }: LayerAnalysis,
  samples: Samples,
  options: TrialOptions,
): Promise<ReadonlyMap<string, Verdict>> {
  const open = [...verdicts]
    .filter(([, { level }]) => level !== 'none')
    .sort(([, a], [, b]) => a.rank! - b.rank!)
    .map(([name]) => name);
  const gains = new Map<Candidate, Gain>();
  const candidates = new Map(open.map((name) => [name, candidatesFor(packed, name)]));
  const tried = open.slice(0, MOST_LAYERS).flatMap((name) => candidates.get(name)!);
  for (const [index, gain] of (await gainsOf(packed, tried, samples, options)).entries())
    gains.set(tried[index]!, gain);
  for (const name of open.slice(MOST_LAYERS)) {
    const inFloat = candidates.get(name)!.find(({ kind }) => kind === 'float')!;
    gains.set(inFloat, layers.get(name)!.inFloat);
  }
  const bytesBefore = await bytesOf(packed, samples);
  const completed = new Map(verdicts);
  for (const [name, own] of candidates) {
    const known: Tried[] = [];
    for (const candidate of own) {
      const gain = gains.get(candidate);
      if (gain === undefined || gain.divergence <= 0 || gain.points < 0) continue;
      known.push({
        candidate,
        gain,
        bytes: (await bytesOf(packed, samples, candidate.stored)) - bytesBefore,
      });
    }
    const remedies = inOrder(known).map((each) => toRemedy(each, packed.metric));
    completed.set(name, { ...verdicts.get(name)!, remedies });
  }
  return completed;
}

/** What the packed model gains by each candidate alone. */
async function gainsOf(
  { subject, stored }: PackedSubject,
  candidates: readonly Candidate[],
  samples: Samples,
  options: TrialOptions,
): Promise<Gain[]> {
  if (candidates.length === 0) return [];
  const base = replacementOf(stored);
  const variants = candidates.map(toTensors);
  try {
    const [trial] = await runTrials(subject, [{ base, variants }], samples, options);
    return trial!.variants.map((variant) => gainOf(trial!.base, variant));
  } finally {
    tf.dispose([base, ...variants].flatMap((each) => [...each.values()]));
  }
}

function candidatesFor(
  { subject, plan, stored, targets, quantizer }: PackedSubject,
  name: string,
): Candidate[] {
  const kernel = floatWeights(subject).find((tensor) => tensor.name === name)!;
  const weight = subject.weights.find((each) => each.name === name)!;
  const coded = stored.find((tensor) => tensor.name === name)!;
  const planned = plan.get(name)!;
  const { bits } = planned;
  if (coded.encoding === 'raw' || bits === null) return [];
  return remedyCandidates(kernel, coded, weight, { ...planned, bits }, targets.get(name)!, quantizer);
}

const toTensors = ({ stored }: Candidate): Replacement =>
  stored.encoding === 'raw' ? tensorsOf([stored]) : replacementOf([stored]);

/** Of the packed file, with one tensor stored otherwise. */
async function bytesOf(
  { subject, stored }: PackedSubject,
  samples: Samples,
  other?: StoredTensor,
): Promise<number> {
  const tensors = stored.map((tensor) => (tensor.name === other?.name ? other : tensor));
  return (await packModel(packedModel(subject, tensors, samples))).bytes.length;
}

/** The cheapest of those that are nearly as good as the best, then the others by what they gain; of clips the best one. */
function inOrder(tried: readonly Tried[]): Tried[] {
  const ordered = [...tried].sort(
    ({ gain: a }, { gain: b }) => b.points - a.points || b.divergence - a.divergence,
  );
  const clip = ordered.find(({ candidate }) => candidate.kind === 'clip');
  const sorted = ordered.filter((each) => each.candidate.kind !== 'clip' || each === clip);
  const most = (figure: 'points' | 'divergence') => Math.max(...sorted.map(({ gain }) => gain[figure]));
  const [points, divergence] = [most('points'), most('divergence')];
  const good = sorted.filter(
    ({ gain }) => gain.points >= GOOD_ENOUGH * points && gain.divergence >= GOOD_ENOUGH * divergence,
  );
  if (good.length === 0) return sorted;
  const first = good.reduce((least, each) => (each.bytes < least.bytes ? each : least));
  return [first, ...sorted.filter((each) => each !== first)];
}

function toRemedy({ candidate, gain, bytes }: Tried, metric: MetricReport['name']): Remedy {
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
