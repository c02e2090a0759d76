import type { Bits } from './bits.js';

/** Mean squared error of two arrays of one length, in the square of their unit. */
export function mse(reference: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < reference.length; i++) sum += (reference[i]! - other[i]!) ** 2;
  return reference.length === 0 ? 0 : sum / reference.length;
}

/** Signal to noise from their energies, in dB; null without noise or without signal. */
export function decibels(signal: number, noise: number): number | null {
  return signal > 0 && noise > 0 ? 10 * Math.log10(signal / noise) : null;
}

/**
 * Signal to quantization noise, `10 log10(sum x^2 / sum (x - y)^2)` in dB.
 *
 * @returns null where the two are equal or the reference is zero.
 */
export function sqnrDb(reference: ArrayLike<number>, other: ArrayLike<number>): number | null {
  let signal = 0;
  for (let i = 0; i < reference.length; i++) signal += reference[i]! ** 2;
  return decibels(signal, mse(reference, other) * reference.length);
}

/** Shannon entropy of the codes' frequencies, in bits a code. */
export function entropyBits(codes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const code of codes) counts[code]!++;
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= (count / codes.length) * Math.log2(count / codes.length);
  }
  return bits;
}

/**
 * SQNR in dB of the best evenly spaced quantizer on normally distributed values, by bits.
 *
 * A layer can be expected to reach it: one that stays far below has outliers or an asymmetric distribution.
 *
 * @see Max 1960, Quantizing for minimum distortion, table II, up to 5 bits; a test integrates all of them.
 */
export const GAUSSIAN_SQNR_DB: Readonly<Record<Bits, number>> = {
  1.58: 7.21,
  2: 9.25,
  3: 14.27,
  4: 19.38,
  5: 24.57,
  6: 29.83,
  7: 35.17,
  8: 40.57,
};
