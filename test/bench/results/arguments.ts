import { parseArgs } from 'node:util';
import { type Experiment, experiments, methods, subjects } from './experiments.js';

/** What a call of the harness is to do. */
export type Request =
  | { readonly kind: 'write' }
  | { readonly kind: 'list' | 'run'; readonly selection: Selection };

/** Which runs are meant. */
export interface Selection {
  readonly runs: readonly { readonly experiment: Experiment; readonly seed: number }[];
  /** Names the code in place of its commit. */
  readonly version?: string | undefined;
  /** Whether it is everything, so that the page is written at the end. */
  readonly whole: boolean;
}

/**
 * Reads the command line.
 *
 * @throws Error for an option or a name that there isn't, or where nothing is selected.
 */
export function parseArguments(args: readonly string[]): Request {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      bits: { type: 'string' },
      seeds: { type: 'string' },
      epochs: { type: 'string' },
      as: { type: 'string' },
      list: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  if (values.write) return { kind: 'write' };
  const [only, bits, seeds] = [values.only, values.bits, values.seeds].map(listed);
  for (const name of only ?? []) checkName(name);
  const has = (wanted: readonly string[] | undefined, ...names: unknown[]) =>
    wanted === undefined || names.some((name) => wanted.includes(String(name)));
  const runs = experiments
    .filter(({ subject, method }) => has(only, subject.name, method.name, `${subject.name}:${method.name}`))
    .filter((experiment) => has(bits, experiment.bits))
    .map((experiment) => withEpochs(experiment, values.epochs))
    .flatMap((experiment) =>
      experiment.method.seeds.filter((seed) => has(seeds, seed)).map((seed) => ({ experiment, seed })),
    )
    // The first seed of everything comes first: a matrix that was cut short has a figure in every row.
    .sort((a, b) => a.seed - b.seed);
  if (runs.length === 0) throw new Error('no experiment has all of these; --list shows them');
  const narrowed = [only, bits, seeds, values.epochs].some((value) => value !== undefined);
  return {
    kind: values.list ? 'list' : 'run',
    selection: { runs, version: values.as, whole: !narrowed },
  };
}

const listed = (text: string | undefined): string[] | undefined =>
  text?.split(',').map((part) => part.trim());

/** Shorter than the page wants it, for a try: it is another task, whose record no page reads. */
function withEpochs(experiment: Experiment, text: string | undefined): Experiment {
  if (text === undefined) return experiment;
  const epochs = Number(text);
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new Error(`--epochs must be a whole number above 0, got ${text}`);
  const { subject } = experiment;
  return { ...experiment, subject: { ...subject, schedule: { ...subject.schedule, epochs } } };
}

function checkName(name: string): void {
  const pairs = experiments.map(({ subject, method }) => `${subject.name}:${method.name}`);
  const known = [...[...subjects, ...methods].map((each) => each.name), ...new Set(pairs)];
  if (!known.includes(name))
    throw new Error(`--only ${name}: there is no such name; there are ${known.join(', ')}`);
}
