import { type QuantizedWeight, quantizedOf } from '../compression/index.js';
import { channelLayout, channelSize } from '../core/index.js';
import { type BatchNormLayer, variableOf } from '../engine/index.js';
import { layersBeforeBatchNorm } from '../model/index.js';
import { channelEnergies, sqnrDb } from '../quantize/index.js';
import type { LiveModel } from '../session/index.js';
import { MAX_LEVELS_WITH_PENALTY } from '../train/index.js';
import type { LayerDiagnostics } from './diagnostics.js';
import type { Outcome } from './layer-reports.js';

/** Collects the figures of each quantized kernel that need no trial, by its name. */
export function layerDiagnostics(
  liveModel: LiveModel,
  {
    weights,
    outputNoise,
    residuals,
    entropyPenalty,
    filling,
  }: Pick<Outcome, 'weights' | 'outputNoise' | 'residuals' | 'entropyPenalty' | 'filling'>,
): ReadonlyMap<string, LayerDiagnostics> {
  const stretch = batchNormStretch(liveModel);
  return new Map(
    quantizedOf(weights).map((kernel): [string, LayerDiagnostics] => {
      const { name, layer } = kernel.weight;
      const residual = residuals[name];
      return [
        name,
        {
          ...signsOfWeights(kernel, stretch.get(layer)),
          // Codes that fill a size miss the mark of their width on purpose.
          roundingDb: filling.has(name) ? null : roundingDb(kernel, residual),
          trained: residual !== undefined,
          entropyPenalty:
            filling.size > 0 || kernel.stored.grid.levels.length > MAX_LEVELS_WITH_PENALTY
              ? 0
              : entropyPenalty,
          outputDb: outputNoise.get(name)?.ownDb ?? null,
        },
      ];
    }),
  );
}

/** Computes the SQNR of rounding the last weights of training, or else the input weights, in dB. */
function roundingDb({ before, after }: QuantizedWeight, residual: number | undefined): number | null {
  if (residual === undefined) return sqnrDb(before.values, after.values);
  return residual > 0 ? -10 * Math.log10(residual) : null;
}

/** @param stretch  Factor of BatchNorm on each channel; undefined without BatchNorm. */
function signsOfWeights(
  { weight, bits, quantizer, before, stored, after }: QuantizedWeight,
  stretch: readonly number[] | undefined,
): Omit<LayerDiagnostics, 'roundingDb' | 'trained' | 'entropyPenalty' | 'outputDb'> {
  const channels = channelLayout(stored.shape, weight.channelAxes);
  const energies = channelEnergies(before.values, after.values, channels);
  const size = channelSize(channels);
  return {
    bits,
    expectedDb: quantizer.gaussianDb[bits]!,
    fanIn: size,
    channelRms: energies.map((energy) => Math.sqrt(energy.before / size)),
    oneScale: stored.grid.scale.length === 1 && channels.channels > 1,
    revived: energies.filter((energy) => energy.before === 0 && energy.after > 0).length,
    stretchedErrors:
      stretch?.length === channels.channels
        ? energies.map((energy, channel) => stretch[channel]! * Math.sqrt(energy.error / size))
        : null,
  };
}

/** Computes BatchNorm's factor on each output channel, for each layer that feeds only a BatchNorm. */
function batchNormStretch(liveModel: LiveModel): ReadonlyMap<string, readonly number[]> {
  if (liveModel.kind === 'graph') return new Map();
  return new Map(
    layersBeforeBatchNorm(liveModel.model).map(({ layer, batchNorm }) => [layer.name, factorsOf(batchNorm)]),
  );
}

function factorsOf({ movingVariance, gamma, epsilon }: BatchNormLayer): number[] {
  const variance = variableOf(movingVariance).dataSync();
  const scale = gamma === undefined ? null : variableOf(gamma).dataSync();
  return Array.from(
    variance,
    (value, channel) => Math.abs(scale?.[channel] ?? 1) / Math.sqrt(value + epsilon),
  );
}
