import { variableOf } from '../engine/index.js';
import type { Subject } from '../session/index.js';
import { type BatchNormLayer, layersBeforeBatchNorm } from '../train/index.js';

/** What BatchNorm multiplies each output channel by, for each layer with nothing but BatchNorm behind it. */
export function batchNormStretch(subject: Subject): ReadonlyMap<string, readonly number[]> {
  if (subject.kind === 'graph') return new Map();
  return new Map(
    layersBeforeBatchNorm(subject.model).map(({ layer, batchNorm }) => [layer.name, factorsOf(batchNorm)]),
  );
}

function factorsOf({ movingVariance, gamma, epsilon }: BatchNormLayer): number[] {
  const variance = variableOf(movingVariance).dataSync();
  const scale = gamma === null ? null : variableOf(gamma).dataSync();
  return Array.from(
    variance,
    (value, channel) => Math.abs(scale?.[channel] ?? 1) / Math.sqrt(value + epsilon),
  );
}
