import { floatWeights, planModel, quantizedOf, roundWeights } from '../compression/index.js';
import { allocate, type LayerChoices } from '../mixed-precision/index.js';
import type { PackedFile, StoredTensor } from '../pack/index.js';
import { atWidth } from '../plan/index.js';
import { type Bits, possibleWidths } from '../quantize/index.js';
import type { LiveModel } from '../session/index.js';
import type { Change } from './change.js';
import type { AnalysisRules, LayerAnalysis, WholeWidth } from './layer-analysis.js';
import type { PackedWeights } from './layer-reports.js';
import { layerTargets } from './verdicts.js';

/** Widths above that of the model that are tried, besides those of the analysis. */
const NEXT_WIDTHS = 2;

/** A change of the whole model: another width. */
export interface WidthChange extends Change {
  readonly allBits: Bits;
}

/** Lists the whole model at other widths: the next ones, and those of the analysis. */
export function otherWidths(
  liveModel: LiveModel,
  { weights }: Pick<PackedWeights, 'weights'>,
  rules: AnalysisRules,
  { widths }: LayerAnalysis,
): WidthChange[] {
  const possible = possibleWidths(rules.quantizer);
  const at = possible.indexOf(rules.bits);
  const near = possible.filter((_, index) => index >= at - 1 && index <= at + NEXT_WIDTHS);
  const known = new Map(widths.map((width) => [width.bits, width]));
  const wanted = possible.filter((bits) => bits !== rules.bits && (near.includes(bits) || known.has(bits)));
  const isKernel = new Set(quantizedOf(weights).map(({ weight }) => weight.name));
  return wanted.map((bits) => {
    const stored = known.get(bits)?.stored ?? roundWhole(liveModel, { ...rules, bits });
    const changed = stored.filter(({ name, encoding }) => encoding === 'codes' || isKernel.has(name));
    return { what: `${bits} bits`, allBits: bits, rules: [], stored: changed };
  });
}

function roundWhole(liveModel: LiveModel, rules: AnalysisRules): readonly StoredTensor[] {
  return roundWeights(floatWeights(liveModel), planModel(liveModel, rules)).stored;
}

/**
 * Chooses a width for each kernel, of those that it was tried at, with the least cost in a file as large as the packed
 * one; null: what there is costs least.
 */
export function bestMix(
  liveModel: LiveModel,
  { weights, tensorBytes }: Pick<PackedWeights, 'weights'> & Pick<PackedFile, 'tensorBytes'>,
  { layers, widths }: LayerAnalysis,
): Change | null {
  const kernels = quantizedOf(weights);
  const choices = kernels.map(({ weight: { name }, bits, reason }): LayerChoices => {
    const { alone, sensitivity } = layers.get(name)!;
    const own = { bits, bytes: tensorBytes.get(name)!, cost: Math.max(0, alone.divergence) };
    if (reason.startsWith('--layer')) return { name, choices: [own] };
    const others = sensitivity
      .filter((each) => each.bits !== bits)
      .map((each) => ({
        bits: each.bits as Bits,
        bytes: each.bytes,
        cost: Math.max(0, each.alone.divergence),
      }));
    return { name, choices: [own, ...others] };
  });
  const budget = choices.reduce((sum, each) => sum + each.choices[0]!.bytes, 0);
  const chosen = allocate(choices, budget)?.bits;
  const other = kernels.filter(({ weight, bits }) => chosen?.get(weight.name) !== bits);
  if (chosen === undefined || other.length === 0) return null;
  const targets = layerTargets(liveModel);
  return {
    what: `a width for each layer (${other.length} of ${kernels.length} get another one)`,
    rules: other.map(({ weight: { name }, planned }) => [
      targets.get(name)!,
      atWidth(planned.rule, chosen.get(name)!),
    ]),
    stored: other.map(({ weight: { name } }) => tensorAt(widths, name, chosen.get(name)!)),
  };
}

const tensorAt = (widths: readonly WholeWidth[], name: string, bits: Bits): StoredTensor =>
  widths.find((width) => width.bits === bits)!.even.get(name)!;
