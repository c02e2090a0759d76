import { quantizedOf } from '../compression/index.js';
import { type GridOptions, layerOptions } from '../plan/index.js';
import { type MetricReport, type Remedy, remedyText, type Verdict } from '../report/index.js';
import type { Evaluation } from '../session/index.js';
import { bytesWith, type ChangeBase, costsSaved, gainsOf } from './change.js';
import { type LayerDiagnostics, missesMark } from './diagnostics.js';
import { MAX_REMEDIED } from './further-passes.js';
import type { Gain } from './gains.js';
import type { LayerAnalysis } from './layer-analysis.js';
import { type Candidate, remedyCandidates } from './remedy-candidates.js';
import { inOrder, type TriedRemedy } from './remedy-order.js';
import type { SamplesApart } from './samples-apart.js';
import { layerTargets } from './verdicts.js';

/** A packed model to try remedies on, the grid options of all its layers, and what is known of them without a trial. */
export interface RemedyBase extends ChangeBase {
  readonly options: GridOptions;
  readonly diagnostics: ReadonlyMap<string, LayerDiagnostics>;
}

/** A remedy for a kernel that was tried; `gain` is what it makes good, by which it was chosen. */
export interface TriedCandidate extends TriedRemedy {
  readonly candidate: Candidate;
  /** Gain of the packed model by it alone, on samples that did not choose it where there are such. */
  readonly stated: Gain;
}

/** Remedies of each kernel, by its name: those that cost most come first, and of each the one to try first. */
export type TriedRemedies = ReadonlyMap<string, readonly TriedCandidate[]>;

/**
 * Tries remedies for the kernels that cost most, each by itself on the packed model; the others get the gain of float.
 *
 * @param verdicts  By kernel, without remedies.
 */
export async function tryRemedies(
  { choosing, confirming }: SamplesApart,
  base: RemedyBase,
  verdicts: ReadonlyMap<string, Verdict>,
  analysis: LayerAnalysis,
): Promise<TriedRemedies> {
  const open = [...verdicts]
    .filter(([, { level }]) => level !== 'none')
    .sort(([, a], [, b]) => a.rank! - b.rank!)
    .map(([name]) => name);
  const lists = [...candidatesFor(choosing, base, open)];
  const tried = lists
    .slice(0, MAX_REMEDIED)
    .flatMap(([name, own]) => own.map((candidate) => ({ name, candidate })));
  const candidates = tried.map(({ candidate }) => candidate);
  const saved = candidates.length === 0 ? [] : await costsSaved(choosing, base, candidates);
  const stated = saved.length === 0 ? [] : await gainsOf(confirming, base, candidates);
  const known = [
    ...tried.flatMap((each, index) =>
      stated.length === 0 ? [] : [{ ...each, gain: saved[index]!, stated: stated[index]! }],
    ),
    ...lists.slice(MAX_REMEDIED).flatMap(([name, own]) => {
      const candidate = own.find(({ kind }) => kind === 'float');
      const { cost, inFloat } = analysis.layers.get(name)!;
      return candidate === undefined ? [] : [{ name, candidate, gain: cost, stated: inFloat }];
    }),
  ].filter(({ gain, stated: own }) => gain.divergence > 0 && gain.points >= 0 && own.divergence > 0);
  const before = await bytesWith(choosing, base);
  return sorted(open, known, async ({ stored }) => (await bytesWith(choosing, base, stored)) - before);
}

/** Puts what was tried in order, kernel by kernel. */
async function sorted(
  names: readonly string[],
  known: readonly (Omit<TriedCandidate, 'kind' | 'bytes'> & { readonly name: string })[],
  bytesOf: (candidate: Candidate) => Promise<number>,
): Promise<TriedRemedies> {
  const remedies = new Map<string, readonly TriedCandidate[]>();
  for (const name of names) {
    const own: TriedCandidate[] = [];
    for (const { candidate, gain, stated } of known.filter((each) => each.name === name))
      own.push({ kind: candidate.kind, candidate, gain, stated, bytes: await bytesOf(candidate) });
    remedies.set(name, inOrder(own));
  }
  return remedies;
}

/** Completes verdicts with the remedies that were tried. */
export function withRemedies(
  verdicts: ReadonlyMap<string, Verdict>,
  tried: TriedRemedies,
  metric: MetricReport['name'],
): ReadonlyMap<string, Verdict> {
  return new Map(
    [...verdicts].map(([name, verdict]) => [
      name,
      { ...verdict, remedies: (tried.get(name) ?? []).map((each) => toRemedy(each, metric)) },
    ]),
  );
}

/** Candidates for each kernel, by its name; kernels that cost most come first. */
function candidatesFor(
  { liveModel }: Evaluation,
  { weights, options, diagnostics }: RemedyBase,
  names: readonly string[],
): ReadonlyMap<string, readonly Candidate[]> {
  const targets = layerTargets(liveModel);
  const kernels = new Map(quantizedOf(weights).map((kernel) => [kernel.weight.name, kernel]));
  return new Map(
    names.map((name) => {
      const known = { target: targets.get(name)!, isRough: missesMark(diagnostics.get(name)!) };
      const candidates = remedyCandidates(kernels.get(name)!, known, options);
      // With the only kernel in float nothing would be quantized.
      return [name, kernels.size === 1 ? candidates.filter(({ kind }) => kind !== 'float') : candidates];
    }),
  );
}

function toRemedy({ candidate, stated, bytes }: TriedCandidate, metric: MetricReport['name']): Remedy {
  const { kind, bits, what, rules } = candidate;
  return {
    kind,
    bits,
    text: remedyText(what, stated.points, metric, bytes),
    option: layerOptions(rules),
    gainPoints: stated.points,
    gainError: stated.error,
    gainDivergence: stated.divergence,
    bytes,
  };
}
