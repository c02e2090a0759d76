import type { QuantizedWeight } from '../compression/index.js';
import { atWidth, type GridRule, layerOption } from '../plan/index.js';
import { BIT_WIDTHS, type Bits, GAUSSIAN_SQNR_DB, MAX_BITS } from '../quantize/index.js';
import type { MetricReport, Remedy, Verdict } from '../report/index.js';
import type { LiveModel } from '../session/index.js';
import { type LayerDiagnostics, missesMark } from './diagnostics.js';
import type { Gain } from './gains.js';
import type { LayerAnalysis } from './layer-analysis.js';
import { byCost } from './path.js';
import { diagnose, judgeMeasured } from './verdict.js';

/** Name of each kernel for `--layer`: its layer, or the weight where the layer has several. */
export type Targets = ReadonlyMap<string, string>;

/** Finds the name of each kernel for `--layer`. */
export function layerTargets({ weights }: LiveModel): Targets {
  const kernels = weights.filter(({ role }) => role === 'kernel');
  return new Map(
    kernels.map(({ name, layer }) => {
      const several = kernels.some((other) => other.layer === layer && other.name !== name);
      return [name, several ? name : layer];
    }),
  );
}

/** A kernel and the rule of its grid. */
export interface RuledKernel {
  readonly weight: Pick<QuantizedWeight['weight'], 'name'>;
  readonly planned: Pick<QuantizedWeight['planned'], 'rule'>;
}

/**
 * Judges every kernel by its diagnostics alone: the remedy is not tried, since it would take another training.
 *
 * @param metric  Metric of the packed model; null where no output can be measured.
 */
export function verdictsByDiagnostics(
  kernels: readonly RuledKernel[],
  diagnostics: ReadonlyMap<string, LayerDiagnostics>,
  targets: Targets,
  metric: MetricReport | null,
): ReadonlyMap<string, Verdict> {
  return new Map(
    kernels.map(({ weight: { name }, planned }): [string, Verdict] => {
      const own = diagnostics.get(name)!;
      const { level, reason } = diagnose(own, metric === null ? null : metric.drop);
      const remedies = level === 'none' ? [] : [untried(targets.get(name)!, planned.rule, own)];
      return [name, { level, rank: null, reason, remedies }];
    }),
  );
}

/** Finds the fewest bits above a layer's own that make up for its missing SQNR; at most 8. */
export function bitsFor({ bits, expectedDb, roundingDb, outputDb, trained }: LayerDiagnostics): Bits {
  const reached = Math.min(roundingDb ?? expectedDb, trained ? expectedDb : (outputDb ?? expectedDb));
  const goal = 2 * expectedDb - reached;
  return BIT_WIDTHS.find((more) => more > bits && GAUSSIAN_SQNR_DB[more] >= goal) ?? MAX_BITS;
}

/** Remedy that was not tried: a smaller entropy penalty where the penalty made the noise, else more bits. */
function untried(target: string, rule: GridRule, diagnostics: LayerDiagnostics): Remedy {
  const unknown = { gainPoints: null, gainError: null, gainDivergence: null, bytes: null };
  const { entropyPenalty } = diagnostics;
  if (entropyPenalty > 0 && missesMark(diagnostics)) {
    const option = `--entropy-penalty ${(entropyPenalty / 2).toPrecision(2)}`;
    return { kind: 'entropy-penalty', bits: null, text: 'a smaller --entropy-penalty', option, ...unknown };
  }
  const bits = bitsFor(diagnostics);
  return {
    kind: 'bits',
    bits,
    text: `${target} at ${bits} bits`,
    option: layerOption(target, atWidth(rule, bits)),
    ...unknown,
  };
}

/**
 * Judges every kernel by what it costs; remedies are added later.
 *
 * @param steps  Gain by each kernel's step on the way to the float model.
 */
export function verdictsByGain(
  diagnostics: ReadonlyMap<string, LayerDiagnostics>,
  { model, lost, layers }: LayerAnalysis,
  steps: ReadonlyMap<string, Gain>,
): ReadonlyMap<string, Verdict> {
  const ranks = new Map(byCost(layers).map((name, index) => [name, index + 1]));
  return new Map(
    [...diagnostics].map(([name, own]): [string, Verdict] => {
      const { cost, inFloat } = layers.get(name)!;
      // After a collapse a layer gives something back only once others are in float.
      const returned = model.rankedBy === 'alone' ? steps.get(name)! : inFloat;
      const share = Math.max(cost.divergence, returned.divergence) / model.packed.divergence;
      const { level, reason } = judgeMeasured(own, {
        lost: lost.points,
        lostError: lost.error,
        regained: returned.points,
        regainedError: returned.error,
        share: model.packed.divergence > 0 ? share : 0,
        layers: layers.size,
      });
      return [name, { level, rank: ranks.get(name)!, reason, remedies: [] }];
    }),
  );
}
