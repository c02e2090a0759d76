/** Decades above which every one of them, or every other, is enough. */
const FEW_DECADES = 2;
const MAX_TICKS = 5;
const RAISED = [...'⁰¹²³⁴⁵⁶⁷⁸⁹'];

/** Round values between two others on a logarithmic axis; at least two of them where there are. */
export function logTicks(least: number, most: number): number[] {
  const [from, to] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const powers = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  const inside = (values: readonly number[]) => values.filter((value) => value >= least && value <= most);
  const decades = inside(powers);
  if (decades.length > FEW_DECADES) {
    const step = Math.ceil(decades.length / MAX_TICKS);
    return decades.filter((_, index) => index % step === 0);
  }
  const finer = inside(powers.flatMap((power) => [power, 2 * power, 5 * power]));
  if (finer.length >= 2) return finer;
  return logTickText(least) === logTickText(most) ? [most] : [least, most];
}

/** `0.02` and `20` as they are, `10⁻⁶` and `2×10⁻⁶` where that would be nothing but zeros. */
export function logTickText(value: number): string {
  if (value >= 1e-3 && value < 1e5) return String(Number(value.toPrecision(2)));
  const power = Math.floor(Math.log10(value) + 1e-9);
  const factor = Number((value / 10 ** power).toPrecision(2));
  const raised = [...String(Math.abs(power))].map((digit) => RAISED[Number(digit)]).join('');
  return `${factor === 1 ? '' : `${factor}×`}10${power < 0 ? '⁻' : ''}${raised}`;
}

/**
 * Range of an axis around values that are all the same, since a plot finds no ticks for it; nothing for others.
 *
 * @param unit  `%` has 100 as its largest value.
 */
export function flatDomain(
  values: readonly number[],
  unit: string | null,
): { readonly domain?: [least: number, most: number] } {
  const [first = 0] = values;
  if (values.some((value) => value !== first)) return {};
  const room = first === 0 ? 1 : Math.abs(first) / 100;
  const most = unit === '%' ? Math.max(100, first) : Number.POSITIVE_INFINITY;
  return { domain: [first - room, Math.min(first + room, most)] };
}

/** Whole epochs for an axis, at most eight. */
export function epochTicks(last: number): number[] {
  const step = Math.max(1, Math.ceil(last / 8));
  return Array.from({ length: Math.floor(last / step) }, (_, index) => (index + 1) * step);
}
