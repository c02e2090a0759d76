import type { PlanByName } from '../compression/index.js';
import { channelLayout, channelSize } from '../core/index.js';
import { channelEnergies, dequantize, sqnrDb } from '../quantize/index.js';
import type { Subject } from '../session/index.js';
import { batchNormStretch } from './batch-norm-stretch.js';
import type { Outcome } from './layer-reports.js';
import type { LayerSigns } from './signs.js';

/** What can be seen of each quantized kernel without trying anything, by its name. */
export function layerSigns(
  subject: Subject,
  plan: PlanByName,
  { before, fitted, stored, outputNoise, residuals }: Outcome,
): ReadonlyMap<string, LayerSigns> {
  const stretch = batchNormStretch(subject);
  const weights = new Map(subject.weights.map((weight) => [weight.name, weight]));
  const floats = new Map(before.map(({ name, values }) => [name, values as Float32Array]));
  const signs = new Map<string, LayerSigns>();
  for (const tensor of stored) {
    if (tensor.encoding === 'raw') continue;
    const { name, shape, axes, codes, grid } = tensor;
    const { layer, channelAxes } = weights.get(name)!;
    const { bits } = plan.get(name)!;
    const quantizer = fitted.get(name)?.quantizer;
    if (bits === null || quantizer === undefined) continue;
    const float = floats.get(name)!;
    const packed = dequantize({ codes, grid, layout: channelLayout(shape, axes) });
    const channels = channelLayout(shape, channelAxes);
    const energies = channelEnergies(float, packed, channels);
    const size = channelSize(channels);
    const residual = residuals[name];
    const factors = stretch.get(layer);
    signs.set(name, {
      bits,
      expectedDb: quantizer.gaussianDb[bits]!,
      roundingDb:
        residual === undefined ? sqnrDb(float, packed) : residual > 0 ? -10 * Math.log10(residual) : null,
      trained: residual !== undefined,
      outputDb: outputNoise.get(name)?.ownDb ?? null,
      fanIn: size,
      channelRms: energies.map((energy) => Math.sqrt(energy.before / size)),
      oneScale: grid.scale.length === 1 && channels.channels > 1,
      revived: energies.filter((energy) => energy.before === 0 && energy.after > 0).length,
      stretchedErrors:
        factors?.length === channels.channels
          ? energies.map((energy, channel) => factors[channel]! * Math.sqrt(energy.error / size))
          : null,
    });
  }
  return signs;
}
