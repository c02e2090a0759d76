import { describeError, QgtError } from '../core/index.js';
import { parseOptions } from '../pipeline/parse-options.js';
import { combinationsOf } from './combinations.js';
import { InputChecksums } from './input-checksums.js';
import type { SweepSpec } from './spec.js';
import { createTrial, type Trial } from './trial.js';
import { pathsFromFolder } from './trial-paths.js';

/** Trials of a sweep, each once, and notes on combinations that make none. */
export interface PlannedTrials {
  readonly trials: readonly Trial[];
  readonly notes: readonly string[];
}

/**
 * Makes the trials that a description asks for; a combination that compress refuses is left out, and told.
 *
 * @param folder  Where the sweep is kept.
 * @throws QgtError where no combination is left, or a model or data isn't there.
 */
export async function planTrials(spec: SweepSpec, folder: string): Promise<PlannedTrials> {
  const checksums = new InputChecksums();
  const trials = new Map<string, Trial>();
  const refused = new Map<string, unknown>();
  const combinations = combinationsOf(spec);
  const models = spec.models ?? [{}];
  for (const model of models) {
    for (const combination of combinations) {
      const options = { ...spec.options, ...model, ...combination };
      try {
        const inputs = await checksums.of(parseOptions('compress', options, 'sweep'));
        const trial = createTrial(pathsFromFolder(options, folder), inputs);
        if (!trials.has(trial.id)) trials.set(trial.id, trial);
      } catch (thrown) {
        if (!(thrown instanceof QgtError) || thrown.code !== 'usage') throw thrown;
        refused.set(textOf(combination), thrown);
      }
    }
  }
  const [first] = refused.values();
  if (trials.size === 0) throw first;
  const notes = [...refused].map(([text, thrown]) => `no trial of ${text}: ${describeError(thrown)}`);
  return { trials: [...trials.values()], notes };
}

const textOf = (combination: object): string =>
  Object.entries(combination)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ') || 'these options';
