/** How long a training goes on where `--epochs` doesn't say it, as `--effort` takes it. */
export interface Effort {
  readonly name: 'low' | 'medium' | 'high' | 'max';
  /** Passes over the data. */
  readonly epochs: number;
}

/** From the shortest to the longest; docs/results.md has what each reaches. */
export const efforts: readonly Effort[] = [
  { name: 'low', epochs: 3 },
  { name: 'medium', epochs: 10 },
  { name: 'high', epochs: 40 },
  { name: 'max', epochs: 120 },
];

/** The effort of that name. */
export const findEffort = (name: Effort['name']): Effort => efforts.find((effort) => effort.name === name)!;
