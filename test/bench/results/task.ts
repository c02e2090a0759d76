import { createHash } from 'node:crypto';
import type { Experiment, Options, Schedule } from './experiments.js';

/** What QKeras is asked for; paths as in the work folder. */
export interface PeerTask extends Schedule {
  readonly model: string;
  readonly data: { readonly train: string; readonly test: string };
  readonly inputRange: string;
  readonly bits: number;
  readonly seed: number;
}

/** One run of an experiment, with one seed: all that its result depends on, besides the code. */
export type Task =
  | {
      readonly kind: 'qgt';
      /** Arguments of `qgt`, one command after another. */
      readonly commands: readonly (readonly string[])[];
    }
  | { readonly kind: 'peer'; readonly training: PeerTask };

/** Where the commands write to, in the work folder. */
export const OUTPUT = 'out';

/** The run of an experiment with one of its seeds. */
export function taskOf({ subject, method, bits }: Experiment, seed: number): Task {
  const { model, data, inputRange, schedule } = subject;
  if (method.kind === 'peer') {
    if (bits === 'auto') throw new Error(`${method.name} takes no bits per layer`);
    return { kind: 'peer', training: { model, data, inputRange, ...schedule, bits, seed } };
  }
  const compress = (options: Options) => [
    'compress',
    model,
    ...flags({ bits, ...options, seed, output: OUTPUT }),
  ];
  const measured = { data: data.train, eval: data.test, 'input-range': inputRange };
  switch (method.kind) {
    case 'fine-tuned':
      return {
        kind: 'qgt',
        commands: [compress({ ...measured, ...scheduleOptions(schedule), ...method.options })],
      };
    case 'rounded':
      return { kind: 'qgt', commands: [compress({ ...measured, ...method.options })] };
    case 'data-free': {
      const scored = { data: data.test, against: model, 'input-range': inputRange };
      return {
        kind: 'qgt',
        commands: [compress(method.options), ['eval', `${OUTPUT}/model.qgt`, ...flags(scored)]],
      };
    }
  }
}

/** A name for a run's record: the same for the same task. */
export function taskName({ id }: Experiment, seed: number, task: Task): string {
  const hash = createHash('sha256').update(JSON.stringify(task)).digest('hex').slice(0, 10);
  return `${id}-seed${seed}-${hash}`;
}

function scheduleOptions({ epochs, batchSize, learningRate, augment }: Schedule): Options {
  return { epochs, 'batch-size': batchSize, 'learning-rate': learningRate, augment };
}

const flags = (options: Options): string[] =>
  Object.entries(options).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)],
  );
