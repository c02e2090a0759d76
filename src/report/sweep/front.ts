/** A file among others: its size, and what it loses. */
export interface SizedLoss {
  readonly bytes: number;
  /** In points (hundredths); null where that was not measured. */
  readonly drop: number | null;
}

/** Whether a file is as good as another in size and loss, and better in one of both. */
const beats = (one: SizedLoss, other: SizedLoss): boolean =>
  one.drop !== null &&
  (other.drop === null ||
    (one.bytes <= other.bytes &&
      one.drop <= other.drop &&
      (one.bytes < other.bytes || one.drop < other.drop)));

/** Files that no other one beats, the smallest first; those that were not measured are none of them. */
export function frontOf<File extends SizedLoss>(files: readonly File[]): File[] {
  return files
    .filter((file) => file.drop !== null && !files.some((other) => beats(other, file)))
    .sort((a, b) => a.bytes - b.bytes);
}

/**
 * Files in the order in which they deserve to go on: those on the front, those on the front of the rest, and so on; on each
 * front those that lose least first.
 *
 * @see Deb, Pratap, Agarwal, Meyarivan 2002, A fast and elitist multiobjective genetic algorithm: NSGA-II (the sorting).
 */
export function byFronts<File extends SizedLoss>(files: readonly File[]): File[] {
  const ordered: File[] = [];
  let rest = [...files];
  while (rest.length > 0) {
    const front = frontOf(rest);
    // None is left that was measured.
    if (front.length === 0) return [...ordered, ...rest];
    ordered.push(...front.toSorted((a, b) => a.drop! - b.drop!));
    rest = rest.filter((file) => !front.includes(file));
  }
  return ordered;
}
