import { parseArgs } from 'node:util';
import { candidates } from './candidates.js';
import type { Effort } from './measure.js';
import { subjects } from './subjects.js';

/** What a run of the benchmark is to do. */
export interface BenchOptions {
  /** Whether a model's candidate takes part. */
  takesPart(subject: string, candidate: string): boolean;
  readonly startUp: boolean;
  /** Whether whole epochs are timed. */
  readonly epochs: boolean;
  /** Whether they are timed beside QKeras. */
  readonly wholeEpochs: boolean;
  readonly rounds: number;
  readonly effort: Effort;
  /** Whether docs/performance.md is written: only by a whole run. */
  readonly writes: boolean;
}

const START_UP = 'start-up';
const EPOCHS = 'epochs';
const WHOLE_EPOCHS = 'whole-epochs';
const WHOLE = { rounds: 3, warmUp: 10, steps: 40, passes: 5 };
const QUICK = { rounds: 1, warmUp: 3, steps: 10, passes: 3 };

/**
 * Reads the command line of the benchmark.
 *
 * @throws Error for an option or a name that there isn't.
 */
export function parseArguments(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      steps: { type: 'string' },
    },
  });
  const { quick, only } = values;
  const usual = quick ? QUICK : WHOLE;
  const wanted = only?.split(',').map((name) => name.trim());
  for (const name of wanted ?? []) checkName(name);
  const isWanted = (...names: string[]) =>
    wanted === undefined || names.some((name) => wanted.includes(name));
  return {
    takesPart: (subject, candidate) => isWanted(subject, candidate, `${subject}:${candidate}`),
    startUp: isWanted(START_UP),
    epochs: isWanted(EPOCHS),
    wholeEpochs: isWanted(WHOLE_EPOCHS),
    rounds: positive('rounds', values.rounds) ?? usual.rounds,
    effort: {
      warmUp: usual.warmUp,
      steps: positive('steps', values.steps) ?? usual.steps,
      passes: usual.passes,
    },
    writes: only === undefined && !quick,
  };
}

function checkName(name: string): void {
  const pairs = subjects.flatMap((subject) =>
    candidates.map((candidate) => `${subject.name}:${candidate.name}`),
  );
  const single = [START_UP, EPOCHS, WHOLE_EPOCHS, ...subjects, ...candidates].map((each) =>
    typeof each === 'string' ? each : each.name,
  );
  if ([...single, ...pairs].includes(name)) return;
  throw new Error(
    `--only ${name}: there is no such candidate; there are ${[...single, ...pairs].join(', ')}`,
  );
}

function positive(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${option} must be a whole number above 0, got ${text}`);
}
