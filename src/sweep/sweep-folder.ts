import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { describeError, QgtError } from '../core/index.js';
import { pathKind, writeAside } from '../files/index.js';
import { PACKED_FILE } from '../pack/packed-model.js';
import { trainingVersion } from '../pipeline/way-of-training.js';
import { resultSchema, type TrialResult } from './result.js';
import { type Trial, trialSchema } from './trial.js';

const PLAN_FILE = 'sweep.json';
const TRIALS = 'trials';
/** Remedies for a damaged file: of the plan, of a trial. */
const DELETE = 'delete it, and run the sweep again: what is finished stays';
const RETRY = 'run the sweep again with --retry, which makes this trial anew';

const planSchema = z.object({
  format: z.literal('qgt sweep'),
  version: z.literal(1),
  /** Version of qgt that runs its trials; earlier versions left it out. */
  trainedBy: z.string().default('an earlier version'),
  /** Rounds of early stopping; null: every trial trains in full. */
  rungs: z.int().min(2).max(8).nullable(),
  /** Limits that the recommended file has to keep. */
  limits: z.object({
    maxBytes: z.number().optional(),
    minRatio: z.number().optional(),
    maxDrop: z.number().optional(),
  }),
  trials: z.array(trialSchema),
  notes: z.array(z.string()),
});

/** Trials of a sweep, and how they are run and judged. */
export type SweepPlan = Omit<z.output<typeof planSchema>, 'format' | 'version'>;

/** Places of a trial's files. */
export interface TrialPlaces {
  readonly folder: string;
  /** Says who runs it. */
  readonly claim: string;
  /** Says who has it run by a worker of a queue. */
  readonly handed: string;
  /** Output folder of the compression. */
  readonly output: string;
  readonly result: string;
  /** Takes what the trial's process prints. */
  readonly log: string;
}

/** The places of a trial's files in a sweep's folder. */
export function placesOf(folder: string, { id }: Pick<Trial, 'id'>): TrialPlaces {
  const own = join(folder, TRIALS, id);
  return {
    folder: own,
    claim: join(own, 'claim.json'),
    handed: join(own, 'handed.json'),
    output: join(own, 'out'),
    result: join(own, 'result.json'),
    log: join(own, 'log.txt'),
  };
}

/** The plan of a sweep; null where the folder holds none. @throws QgtError `output` where it is damaged. */
export async function readPlan(folder: string): Promise<SweepPlan | null> {
  const path = join(folder, PLAN_FILE);
  const found = await readJson(path, DELETE);
  return found === null ? null : checked(planSchema, found, path, DELETE);
}

/** The same. @throws QgtError `not-found` where there is none. */
export async function existingPlan(folder: string): Promise<SweepPlan> {
  const plan = await readPlan(folder);
  if (plan !== null) return plan;
  throw new QgtError('not-found', {
    where: folder,
    what: `holds no sweep (no ${PLAN_FILE})`,
    remedy: 'name the folder that `qgt sweep` made',
  });
}

/**
 * Checks that this version runs the trials of a sweep: those of another one can't be held against its own.
 *
 * @throws QgtError `output`.
 */
export function checkTrainedHere(folder: string, { trainedBy }: SweepPlan): void {
  if (trainedBy === trainingVersion()) return;
  throw new QgtError('output', {
    where: folder,
    what: 'the sweep was begun by another version of qgt, whose trials cannot be compared with those of this one',
    got: trainedBy,
    expected: trainingVersion(),
    remedy: 'choose another folder with -o, or go on with that version; `qgt sweep show` still reads it',
  });
}

/** @throws QgtError `output` where the folder holds something else, or can't be written. */
export async function writePlan(folder: string, plan: SweepPlan): Promise<void> {
  await writeAside(join(folder, PLAN_FILE), json({ format: 'qgt sweep', version: 1, ...plan }));
}

/** @throws QgtError `output` where the folder holds what is not of a sweep. */
export async function checkSweepFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException): string[] => {
    if (cause.code === 'ENOENT') return [];
    const what = cause.code === 'ENOTDIR' ? 'is a file, not a folder' : describeError(cause);
    throw new QgtError('output', { where: folder, what, remedy: 'choose another folder with -o', cause });
  });
  // Without its plan, which the user was told to delete, its trials are still there.
  if (names.length === 0 || names.includes(PLAN_FILE) || names.includes(TRIALS)) return;
  throw new QgtError('output', {
    where: folder,
    what: 'the folder is not empty, and holds no sweep',
    got: names.slice(0, 3).join(', '),
    remedy: 'choose another folder with -o',
  });
}

/**
 * The result of a trial; null where there is none yet. One that is damaged, or whose file is gone, reads as a failure: it is
 * told and not recommended, hides no other one, and is made again as failures are.
 */
export async function readResult(folder: string, trial: Pick<Trial, 'id'>): Promise<TrialResult | null> {
  const { result, output } = placesOf(folder, trial);
  try {
    const found = await readJson(result, RETRY);
    if (found === null) return null;
    const own = checked(resultSchema, found, result, RETRY);
    if (own.id !== trial.id) throw damaged(result, RETRY, new Error(`it is of trial ${own.id}`));
    const packed = join(output, PACKED_FILE);
    if (own.status === 'done' && (await pathKind(packed)) !== 'file') throw gone(packed);
    return own;
  } catch (thrown) {
    if (!(thrown instanceof QgtError)) throw thrown;
    const { code, message } = thrown;
    return { version: 1, id: trial.id, status: 'failed', error: { code, message }, durationMs: 0 };
  }
}

/** Results of all trials that have one, by id. */
export async function readResults(
  folder: string,
  trials: readonly Pick<Trial, 'id'>[],
): Promise<Map<string, TrialResult>> {
  const found = await Promise.all(trials.map((trial) => readResult(folder, trial)));
  return new Map(found.flatMap((result) => (result === null ? [] : [[result.id, result]])));
}

export async function writeResult(folder: string, result: TrialResult): Promise<void> {
  await writeAside(placesOf(folder, result).result, json(result));
}

export async function removeResult(folder: string, trial: Pick<Trial, 'id'>): Promise<void> {
  // A folder, where one bears the result's name.
  await rm(placesOf(folder, trial).result, { force: true, recursive: true });
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

async function readJson(path: string, remedy: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return null;
    throw new QgtError('output', { where: path, what: describeError(cause), remedy, cause });
  });
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(path, remedy, cause);
  }
}

function checked<Schema extends z.ZodType>(
  schema: Schema,
  found: unknown,
  path: string,
  remedy: string,
): z.output<Schema> {
  const { data, error } = schema.safeParse(found);
  if (error !== undefined) throw damaged(path, remedy, error);
  return data;
}

const damaged = (path: string, remedy: string, cause: unknown): QgtError =>
  new QgtError('output', {
    where: path,
    what: 'is not what `qgt sweep` wrote, or of another version',
    remedy,
    cause,
  });

const gone = (path: string): QgtError =>
  new QgtError('output', { where: path, what: 'the file of a finished trial is gone', remedy: RETRY });
