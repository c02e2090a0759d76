/** How long a training goes on where `--epochs` doesn't say it, as `--effort` takes it. */
export interface Effort {
  readonly name: 'low' | 'medium' | 'high' | 'max';
  /** Passes over the data. */
  readonly epochs: number;
  /** Passes over synthesised inputs: there are few of them, so that each takes little time. */
  readonly epochsWithoutData: number;
}

/** From the shortest to the longest; docs/results.md has what each reaches. */
export const efforts: readonly Effort[] = [
  { name: 'low', epochs: 3, epochsWithoutData: 12 },
  { name: 'medium', epochs: 10, epochsWithoutData: 40 },
  { name: 'high', epochs: 40, epochsWithoutData: 160 },
  { name: 'max', epochs: 120, epochsWithoutData: 480 },
];

/** The effort of that name. */
export const findEffort = (name: Effort['name']): Effort => efforts.find((effort) => effort.name === name)!;

/** Steps that an epoch of data has at least where an effort has its usual epochs: a thousand samples in batches of 32. */
const USUAL_STEPS = 32;

/**
 * The epochs of an effort, with data or without.
 *
 * @param steps  In an epoch of the data; of fewer samples there are more epochs, so that as many steps are taken.
 */
export function epochsOf(
  { epochs, epochsWithoutData }: Effort,
  hasData: boolean,
  steps = USUAL_STEPS,
): number {
  return hasData ? Math.ceil(epochs * Math.max(1, USUAL_STEPS / steps)) : epochsWithoutData;
}
