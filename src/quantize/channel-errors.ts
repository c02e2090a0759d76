import { type ChannelLayout, forEachElement } from '../core/index.js';

/** Signal and squared error of one channel. */
export interface ChannelEnergy {
  /** `sum w^2` */
  readonly before: number;
  /** `sum w'^2` */
  readonly after: number;
  /** `sum (w - w')^2` */
  readonly error: number;
}

/** A channel and its share of a tensor's squared error. */
export interface ErringChannel {
  readonly channel: number;
  /** 0 to 1. */
  readonly errorShare: number;
}

/**
 * The energies of each channel.
 *
 * @param weights, @param packed  Row-major, length = product of the layout.
 * @param layout  Output channels, whether or not each has a scale of its own.
 */
export function channelEnergies(
  weights: Float32Array,
  packed: Float32Array,
  layout: ChannelLayout,
): ChannelEnergy[] {
  const energies = Array.from({ length: layout.channels }, () => ({ before: 0, after: 0, error: 0 }));
  forEachElement(layout, (element, channel) => {
    const energy = energies[channel]!;
    energy.before += weights[element]! ** 2;
    energy.after += packed[element]! ** 2;
    energy.error += (weights[element]! - packed[element]!) ** 2;
  });
  return energies;
}

/** The `most` channels with the largest errors, the worst first; channels without error are left out. */
export function worstChannels(energies: readonly ChannelEnergy[], most: number): ErringChannel[] {
  const total = energies.reduce((sum, { error }) => sum + error, 0);
  return energies
    .map(({ error }, channel) => ({ channel, errorShare: error / total }))
    .filter(({ errorShare }) => errorShare > 0)
    .sort((a, b) => b.errorShare - a.errorShare)
    .slice(0, most);
}
