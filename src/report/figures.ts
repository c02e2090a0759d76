import { isShare } from './metric-scale.js';

/** Placeholder for a missing number. */
export const NO_FIGURE = '–';

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `640 B`, `36.9 kB`, `1.23 MB`: three digits, a kilobyte being 1000 bytes. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  // 999.5 kB would be rounded to 1000 kB.
  while (amount >= 999.5 && unit < BYTE_UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  const digits = unit === 0 || amount >= 99.95 ? 0 : amount >= 9.995 ? 1 : 2;
  return `${amount.toFixed(digits)} ${BYTE_UNITS[unit]}`;
}

/** `0.4 s`, `41 s`, `1 min 20 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `97.8 %` for a share of 1. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A measured value: shares such as accuracy in percent, R2 with three decimals, others with four digits. */
export function formatMetric(name: string, value: number): string {
  if (isShare(name)) return formatShare(value);
  return name === 'r2' ? value.toFixed(3) : String(Number(value.toPrecision(4)));
}

/** `12.9`. */
export function formatRatio(ratio: number): string {
  return ratio.toFixed(ratio < 99.95 ? 1 : 0);
}

/** `21.3`, in dB. */
export function formatDecibels(decibels: number | null): string {
  return decibels === null ? NO_FIGURE : decibels.toFixed(1);
}

/** `0.0123`, or `1.2e-6` where that would be nothing but zeros. */
export function formatResidual(residual: number | null): string {
  if (residual === null) return NO_FIGURE;
  return residual !== 0 && residual < 5e-4 ? residual.toExponential(1) : residual.toFixed(4);
}

/** `0.021`, a predicted cost in nats. */
export function formatCost(cost: number): string {
  return cost === 0 ? '0' : cost >= 1e-4 ? cost.toPrecision(2) : cost.toExponential(1);
}
