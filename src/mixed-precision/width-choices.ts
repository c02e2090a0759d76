import { floatWeights, type PlanByName, packedModel, planModel, roundWeights } from '../compression/index.js';
import type { NamedTensor } from '../core/index.js';
import { packModel, type StoredTensor } from '../pack/index.js';
import type { BitRules, PlannedWeight } from '../plan/index.js';
import { type Bits, possibleWidths } from '../quantize/index.js';
import type { LiveModel, Samples } from '../session/index.js';

/** Widths that `--bits auto` chooses from; 5 and 7 would add little to their neighbours. */
const WIDTHS: readonly Bits[] = [1.58, 2, 3, 4, 6, 8];

/** A kernel rounded to one width. */
export interface KernelWidth {
  readonly bits: Bits;
  /** Codes, scales and levels in the file. */
  readonly bytes: number;
  readonly planned: PlannedWeight;
  readonly rounded: StoredTensor;
}

/** A kernel and the widths that it can have; only one where the user pinned it. */
export interface KernelChoices {
  readonly kernel: NamedTensor;
  readonly widths: readonly KernelWidth[];
}

/** A width for each kernel, by its name. */
export type KernelBits = ReadonlyMap<string, Bits>;

/** The kernels of a model, and the widths to choose from. */
export interface WidthChoices {
  readonly kernels: readonly KernelChoices[];
  /** Bytes of the file beside the kernels (topology, table, float weights), to within some dozen bytes. */
  readonly fixedBytes: number;
  /** @param reasonOf  Why a kernel that is not pinned has the width that it has. */
  planFor(bits: KernelBits, reasonOf: (kernel: string) => string): PlanByName;
  /** Measures the bytes of the whole file with the kernels rounded to these widths. */
  fileBytes(bits: KernelBits): Promise<number>;
}

/** The user's rules on grids and single layers, with the other widths left open. */
export type WidthRules = Omit<BitRules, 'bits' | 'uniform'>;

/**
 * Rounds every kernel to every width, and packs it to measure its bytes.
 *
 * @throws QgtError as `planBits`.
 */
export async function listWidths(
  liveModel: LiveModel,
  rules: WidthRules,
  samples: Samples,
): Promise<WidthChoices> {
  // A quantizer with widths of its own allows only these.
  const possible = possibleWidths(rules.quantizer).filter((bits) => WIDTHS.includes(bits));
  const models = await Promise.all(possible.map((bits) => roundEvenly(liveModel, rules, bits, samples)));
  const kernels = floatWeights(liveModel).flatMap((kernel): KernelChoices[] => {
    const widths = widthsOf(kernel.name, models);
    return widths.length === 0 ? [] : [{ kernel, widths }];
  });
  const chosenOf = (bits: KernelBits): ReadonlyMap<string, KernelWidth> =>
    new Map(
      kernels.map(({ kernel: { name }, widths }) => [
        name,
        widths.find((width) => width.bits === bits.get(name))!,
      ]),
    );
  const open = new Set(kernels.filter(({ widths }) => widths.length > 1).map(({ kernel }) => kernel.name));
  const smallest = models[0]!;
  const kernelBytes = kernels.reduce((sum, { kernel }) => sum + smallest.tensorBytes.get(kernel.name)!, 0);
  return {
    kernels,
    fixedBytes: smallest.bytes - kernelBytes,
    planFor: (bits, reasonOf) => {
      const chosen = chosenOf(bits);
      return new Map(
        [...smallest.plan].map(([name, inFloat]) => {
          const planned = chosen.get(name)?.planned ?? inFloat;
          return [name, open.has(name) ? { ...planned, reason: reasonOf(name) } : planned];
        }),
      );
    },
    fileBytes: async (bits) => {
      const chosen = chosenOf(bits);
      const stored = [...smallest.stored].map(([name, inFloat]) => chosen.get(name)?.rounded ?? inFloat);
      return (await packModel(packedModel(liveModel, stored, samples))).bytes.length;
    },
  };
}

/** A model with every kernel that is not pinned at one width. */
export interface RoundedModel {
  readonly plan: PlanByName;
  readonly stored: ReadonlyMap<string, StoredTensor>;
  readonly bytes: number;
  readonly tensorBytes: ReadonlyMap<string, number>;
}

/** Rounds every kernel that is not pinned to one width, edge layers too, and packs the model. */
export async function roundEvenly(
  liveModel: LiveModel,
  rules: WidthRules,
  bits: Bits,
  samples: Samples,
): Promise<RoundedModel> {
  const weights = floatWeights(liveModel);
  const plan = planModel(liveModel, { ...rules, bits, uniform: true });
  const { stored } = roundWeights(weights, plan);
  const { bytes, tensorBytes } = await packModel(packedModel(liveModel, stored, samples));
  const byName = new Map(stored.map((tensor) => [tensor.name, tensor]));
  return { plan, stored: byName, bytes: bytes.length, tensorBytes };
}

/** The widths of one weight; none where it stays in float, one where it is pinned. */
function widthsOf(name: string, models: readonly RoundedModel[]): KernelWidth[] {
  const widths = new Map<Bits, KernelWidth>();
  for (const { plan, stored, tensorBytes } of models) {
    const planned = plan.get(name)!;
    if (planned.grid === null) continue;
    const { bits } = planned.grid;
    widths.set(bits, { bits, bytes: tensorBytes.get(name)!, planned, rounded: stored.get(name)! });
  }
  return [...widths.values()];
}
