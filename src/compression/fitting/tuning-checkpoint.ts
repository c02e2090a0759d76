import { z } from 'zod';
import {
  type CheckpointMoment,
  type CheckpointSlot,
  type NamedTensor,
  unusableCheckpoint,
} from '../../core/index.js';
import { lossNames } from '../../metrics/index.js';
import type { Grid } from '../../quantize/index.js';
import { trainerStateSchema, trainingSchema } from '../../train/index.js';
import { scoreStateSchema } from './epoch-score.js';
import type { CompressionJob } from './job.js';
import type { Tuned } from './tuned.js';
import type { TuningStart } from './tuning-start.js';

const instance = <Kind>(kind: new (...args: never[]) => Kind) =>
  z.custom<Kind>((value) => value instanceof kind);
const floats = instance<Float32Array>(Float32Array);

const tensorSchema = z.object({
  name: z.string(),
  shape: z.array(z.int()),
  dtype: z.enum(['float32', 'int32', 'bool', 'string', 'complex64']),
  values: z.union([floats, instance<Int32Array>(Int32Array), instance<Uint8Array>(Uint8Array)]),
}) satisfies z.ZodType<NamedTensor>;

const gridSchema = z.object({
  levels: floats,
  scale: floats,
  offset: floats.exactOptional(),
}) satisfies z.ZodType<Grid>;

const tunedSchema = z.object({
  weights: z.array(tensorSchema),
  grids: z.map(z.string(), gridSchema),
  roundingSteps: z.int(),
  training: trainingSchema,
  losses: z.array(z.enum(lossNames)),
});

const stateSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begun'),
    training: z.string(),
    roundingSteps: z.int(),
    trainer: trainerStateSchema,
    score: scoreStateSchema,
  }),
  z.object({ kind: z.literal('finished'), training: z.string(), tuned: tunedSchema }),
]);

type State = z.output<typeof stateSchema>;

/** Place of a fine-tuning's state in a run's checkpoint. */
export interface TuningCheckpoint {
  /** The state of an interrupted run; null: nothing was kept. */
  readonly found: State | null;
  isDue(moment: CheckpointMoment): boolean;
  keep(state: Omit<Extract<State, { kind: 'begun' }>, 'kind' | 'training'>): Promise<void>;
  finish(tuned: Tuned): Promise<void>;
}

/**
 * Takes the place of the next fine-tuning of a run.
 *
 * @returns undefined where nothing is kept.
 * @throws QgtError `output` where the state that is there is of something else.
 */
export async function openTuningCheckpoint(
  job: CompressionJob,
  start: TuningStart,
): Promise<TuningCheckpoint | undefined> {
  const slot = job.controls.checkpoints?.next('training');
  if (slot === undefined) return undefined;
  const training = nameOf(job, start);
  return {
    found: await load(slot, training),
    isDue: slot.isDue,
    keep: (state) => slot.save({ kind: 'begun', training, ...state } satisfies State),
    finish: (tuned) => slot.save({ kind: 'finished', training, tuned }),
  };
}

async function load(slot: CheckpointSlot, training: string): Promise<State | null> {
  const found = await slot.load();
  if (found === undefined) return null;
  const { data, error } = stateSchema.safeParse(found);
  if (data?.training !== training)
    throw unusableCheckpoint('the checkpoint', 'is of another training than comes now', error);
  return data;
}

/** Tells a fine-tuning from the others of a run. */
function nameOf({ options, samples, filling }: CompressionJob, { plan }: TuningStart): string {
  const widths = [...plan].map(([name, { grid }]) => `${name} ${grid?.bits ?? 'float'}`);
  const size = filling === undefined ? '' : `, ${filling.mostBytes} bytes`;
  return `${options.epochs} epochs, ${samples.training.order.length} samples${size}, ${widths.join(', ')}`;
}
