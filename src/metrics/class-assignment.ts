/**
 * Which class of the labels each answer of a model stands for, as far as samples tell: the pair that occurs most often
 * is taken first, then the most frequent of what is left. What never occurs stays as it is where it can.
 *
 * @param labels, @param answers  Indices of classes, one each a sample.
 * @returns The label by answer: a permutation of all classes.
 */
export function assignClasses(
  labels: readonly number[],
  answers: readonly number[],
  classes: number,
): number[] {
  const counts = new Map<number, number>();
  for (const [index, label] of labels.entries()) {
    const pair = answers[index]! * classes + label;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  const seen = [...counts].sort(([, a], [, b]) => b - a).map(([pair]) => pair);
  const all = Array.from({ length: classes }, (_, index) => index);
  const same = all.map((index) => index * classes + index);
  const labelOf = new Map<number, number>();
  const taken = new Set<number>();
  for (const pair of [...seen, ...same]) {
    const [answer, label] = [Math.floor(pair / classes), pair % classes];
    if (labelOf.has(answer) || taken.has(label)) continue;
    labelOf.set(answer, label);
    taken.add(label);
  }
  const left = all.filter((label) => !taken.has(label));
  return all.map((answer) => labelOf.get(answer) ?? left.shift()!);
}
