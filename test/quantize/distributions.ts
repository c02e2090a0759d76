/** The normal distribution as `count` values, each for as much of it: the density summed up in small steps. */
export function normalQuantiles(count: number): Float32Array {
  const values = new Float32Array(count);
  const step = 1e-4;
  let passed = 0;
  let index = 0;
  for (let x = -6; index < count; x += step) {
    passed += (step * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
    for (; index < count && passed >= (index + 0.5) / count; index++) values[index] = x;
  }
  return values;
}

/** The Laplace distribution in the same way. */
export function laplaceQuantiles(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => {
    const side = (2 * index + 1) / count - 1;
    return -Math.sign(side) * Math.log(1 - Math.abs(side));
  });
}
