import type { PackedFile } from '../pack/index.js';
import type { Evaluation } from '../session/index.js';
import { bytesWith, gainsOf } from './change.js';
import type { AnalysisRules, LayerAnalysis } from './layer-analysis.js';
import { byCost } from './path.js';
import type { RemedyBase, TriedRemedies } from './remedies.js';
import { inOrder } from './remedy-order.js';
import type { SamplesApart } from './samples-apart.js';
import {
  canBeTrained,
  type MeasuredChange,
  type Measuring,
  MIN_GAIN,
  type Suggestion,
  suggestAsItIs,
  suggestChange,
  suggestTraining,
} from './suggestion.js';
import { jointChanges } from './together.js';
import { POINT } from './verdict.js';
import { bestMix, otherWidths } from './whole-model.js';

/** A packed model that was analyzed, with the remedies that were tried. */
export interface AnalyzedModel extends Pick<PackedFile, 'tensorBytes'> {
  readonly base: RemedyBase;
  readonly rules: AnalysisRules;
  readonly analysis: LayerAnalysis;
  readonly remedies: TriedRemedies;
}

/** Changes of a kind, of which the best is advised. */
type Group = 'wider' | 'narrower' | 'mix' | `first ${number}`;

/** A change to try. */
interface Candidate extends Pick<MeasuredChange, 'scope' | 'kind' | 'layers' | 'change'> {
  readonly group: Group;
}

/** A change that was tried on the samples to choose by. */
interface Tried extends Candidate, Pick<MeasuredChange, 'gain' | 'bytes'> {}

/** Share of the best width's gain that a smaller one must have: a width is for the whole model, and meant to do. */
const GOOD_WIDTH = 0.85;
/** How many layers are changed together. */
const TOGETHER = [3, 5];
/** Most single layers that are advised on. */
const MAX_LAYERS = 3;

/** Advises on a rounded model: about the whole of it first, then about the layers that cost most. */
export async function adviseOn(apart: SamplesApart, model: AnalyzedModel): Promise<Suggestion[]> {
  const { base, analysis } = model;
  const measuring: Measuring = {
    metric: analysis.model.metric,
    samples: analysis.samples,
    isHeldOut: apart.isHeldOut,
  };
  const tried = await tryChanges(apart.choosing, model);
  const isWell = analysis.lost.points < POINT;
  const chosen = isWell ? smaller(tried, analysis) : better(tried);
  const gains =
    chosen.length === 0
      ? []
      : await gainsOf(
          apart.confirming,
          base,
          chosen.map(({ change }) => change),
        );
  const suggested = gains
    .map((gain, index) => suggestChange({ ...chosen[index]!, gain }, measuring))
    .filter(({ gain }) => isWell || gain! >= MIN_GAIN);
  if (isWell) {
    const bytes = await bytesWith(apart.choosing, base);
    return [suggestAsItIs(apart.choosing, analysis.lost, bytes, measuring), ...suggested];
  }
  return [...wholeFirst(suggested, apart.choosing), ...singleLayers(model, measuring)];
}

/** Puts the advice on training second, after another width. */
function wholeFirst(suggested: readonly Suggestion[], evaluation: Evaluation): Suggestion[] {
  const widths = suggested.filter(({ kind }) => kind === 'bits');
  const others = suggested.filter(({ kind }) => kind !== 'bits');
  return [...widths, ...(canBeTrained(evaluation) ? [suggestTraining()] : []), ...others];
}

/** Lists changes of the whole model, and of several layers at once. */
function candidatesFor(
  { liveModel }: Evaluation,
  { base, rules, analysis, remedies, tensorBytes }: AnalyzedModel,
): Candidate[] {
  const packed = { weights: base.weights, tensorBytes };
  const names = byCost(analysis.layers);
  const mix = bestMix(liveModel, packed, analysis);
  const whole = { scope: 'model', layers: [] } as const;
  return [
    ...otherWidths(liveModel, packed, rules, analysis).map(
      (change): Candidate => ({
        ...whole,
        kind: 'bits',
        group: change.allBits > rules.bits ? 'wider' : 'narrower',
        change,
      }),
    ),
    ...(mix === null ? [] : [{ ...whole, kind: 'mix', group: 'mix', change: mix } as const]),
    ...TOGETHER.flatMap((count) =>
      jointChanges(liveModel, packed, names.slice(0, count), { remedies, options: rules }).map(
        (change): Candidate => ({
          scope: 'layers',
          kind: 'first-layers',
          layers: change.layers,
          group: `first ${count}`,
          change,
        }),
      ),
    ),
  ];
}

/** Tries changes on the samples to choose by. */
async function tryChanges(evaluation: Evaluation, model: AnalyzedModel): Promise<Tried[]> {
  const { base } = model;
  const candidates = candidatesFor(evaluation, model);
  const changes = candidates.map(({ change }) => change);
  const gains = await gainsOf(evaluation, base, changes);
  const before = await bytesWith(evaluation, base);
  const tried: Tried[] = [];
  for (const [index, gain] of gains.entries()) {
    const bytes = (await bytesWith(evaluation, base, changes[index]!.stored)) - before;
    tried.push({ ...candidates[index]!, gain, bytes });
  }
  return tried;
}

/** Chooses what makes a model better that has lost: the best of a wider width, of another mix, and of more for the first layers. */
function better(tried: readonly Tried[]): Tried[] {
  const groups: Group[] = ['wider', 'mix', ...TOGETHER.map((count): Group => `first ${count}`)];
  const best = groups.flatMap((group) => {
    const own = tried.filter((each) => each.group === group && each.gain.divergence > 0);
    return (group === 'wider' ? inOrder(own, GOOD_WIDTH) : inOrder(own)).slice(0, 1);
  });
  // A model of few layers has no more of them to change.
  return best.filter(
    ({ change }, index) => best.findIndex((each) => each.change.what === change.what) === index,
  );
}

/** Chooses what makes a model smaller that has lost next to nothing: the smallest width at which it loses no more than that. */
function smaller(tried: readonly Tried[], { lost }: LayerAnalysis): Tried[] {
  const narrower = tried.filter(
    ({ group, gain }) => group === 'narrower' && lost.points - gain.points < POINT,
  );
  return narrower.toSorted((a, b) => a.bytes - b.bytes).slice(0, 1);
}

/** The first remedies of the layers that cost most. */
function singleLayers({ analysis, remedies }: AnalyzedModel, measuring: Measuring): Suggestion[] {
  return byCost(analysis.layers)
    .flatMap((name) => {
      const first = remedies.get(name)?.[0];
      if (first === undefined) return [];
      const { candidate, stated, bytes } = first;
      return [
        suggestChange(
          { scope: 'layer', kind: 'layer', layers: [name], change: candidate, gain: stated, bytes },
          measuring,
        ),
      ];
    })
    .filter(({ gain }) => gain !== null && gain >= MIN_GAIN)
    .slice(0, MAX_LAYERS);
}
