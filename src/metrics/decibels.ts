/** The ratio of signal to noise in dB, of the noise's share of the signal's energy; null without noise. */
export function decibelsOf(noise: number | null): number | null {
  return noise === null || noise === 0 ? null : -10 * Math.log10(noise);
}
