/** Levels in the tensor table: evenly spaced ones in full, of others only how many float32s the data holds. */
export type LevelsEntry = readonly [first: number, step: number, count: number] | number;

/** The shortest entry that gives back the same bits. */
export function describeLevels(levels: Float32Array): LevelsEntry {
  const first = levels[0]! + 0; // JSON has no -0
  const step = levels[1]! - first;
  const even = evenLevels(first, step, levels.length);
  return levels.every((level, code) => Object.is(level, even[code]))
    ? [first, step, levels.length]
    : levels.length;
}

/** `first + code * step` in double precision, rounded to float32 once. */
export function evenLevels(first: number, step: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, code) => first + code * step);
}
