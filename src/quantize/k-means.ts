/** Rounds of Lloyd's algorithm; from where it starts it gains less than 0.01 dB after 30. */
const ROUNDS = 50;

/**
 * At most `count` values that stand for all of `values` with little squared error: k-means in one dimension.
 *
 * It starts from quantiles of the cube root of the density, which the best values follow where there are many. From
 * quantiles of the values themselves, or from even steps, 64 of them end 0.4 or 1.4 dB lower on a normal distribution.
 *
 * @param values  Finite, in any order.
 * @returns Ascending, no two alike; `values` themselves where no more than `count` of them differ.
 * @see Lloyd 1982, Least squares quantization in PCM; Panter and Dite 1951, Quantization distortion in PCM, for the start.
 */
export function kMeans(values: Float64Array, count: number): Float64Array {
  const sorted = values.toSorted();
  const distinct = sorted.filter((value, index) => value !== sorted[index - 1]);
  if (distinct.length <= count) return distinct;
  const sums = new Float64Array(sorted.length + 1);
  for (const [index, value] of sorted.entries()) sums[index + 1] = sums[index]! + value;
  let centres = startingCentres(distinct, count);
  for (let round = 0; round < ROUNDS; round++) centres = meansAround(centres, sorted, sums);
  return centres;
}

/** `count` of the values, so that the sums of `gap ** (2 / 3)` between them are alike. */
function startingCentres(distinct: Float64Array, count: number): Float64Array {
  const passed = new Float64Array(distinct.length);
  for (let index = 1; index < distinct.length; index++) {
    passed[index] = passed[index - 1]! + (distinct[index]! - distinct[index - 1]!) ** (2 / 3);
  }
  const total = passed.at(-1)!;
  let index = -1;
  return Float64Array.from({ length: count }, (_, centre) => {
    const last = distinct.length - count + centre;
    index++;
    while (index < last && passed[index]! < (total * (centre + 0.5)) / count) index++;
    return distinct[index]!;
  });
}

/** The mean of the values nearest to each centre; a centre that is nearest to none stays. */
function meansAround(centres: Float64Array, sorted: Float64Array, sums: Float64Array): Float64Array {
  let from = 0;
  return centres.map((centre, index) => {
    const next = centres[index + 1];
    const to = next === undefined ? sorted.length : firstAbove(sorted, (centre + next) / 2, from);
    const mean = to > from ? (sums[to]! - sums[from]!) / (to - from) : centre;
    from = to;
    return mean;
  });
}

/** The first index from `low` on whose value is `threshold` or more. */
function firstAbove(sorted: Float64Array, threshold: number, low: number): number {
  let from = low;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle]! < threshold) from = middle + 1;
    else to = middle;
  }
  return from;
}
