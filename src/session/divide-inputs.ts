import { type OnProgress, sizeOf } from '../core/index.js';
import type { DataSource } from '../data/index.js';
import { tf } from '../engine/index.js';
import { forwardWork, type InputDivision } from '../model/index.js';
import { type LiveModel, openModel } from './live-model.js';
import { valuesInMemory } from './samples/in-memory.js';
import { knownSizes } from './samples/known-sizes.js';
import type { Session } from './session.js';

/** Most multiplications in a forward pass of one synthesised input. */
const MAX_MULTIPLICATIONS = 2 ** 32;
/** Inputs that a training step has to be able to take at a time, on each engine. */
const MIN_AT_ONCE = 2;
const DIVISORS = [2, 4, 8, 16, 32];

/**
 * Runs a model on smaller images or volumes than its own, half a side, a quarter and so on, where these are too large to
 * synthesise and its weights fit every size, as those of convolutions do. Its topology stays as it is.
 *
 * The largest inputs alone are made smaller, unless the model takes them only where its others are too. The work is
 * counted, not timed, so that a seed gives the same file on every machine (docs/decisions/0003).
 *
 * @param data  The user's data, which is never cut; undefined: inputs are synthesised.
 */
export async function divideLargeInputs(
  session: Session,
  data: DataSource | undefined,
  onProgress: OnProgress,
): Promise<Session> {
  const whole = session.liveModel;
  if (data !== undefined || !isTooLarge(whole)) return session;
  const smaller = await largestThatFits(whole);
  if (smaller === null) return session;
  const what = `inputs of ${shapesOf(whole)} are too large to synthesise many of them: the model`;
  onProgress({ kind: 'note', text: `${what} is run on inputs of ${shapesOf(smaller)}` });
  const note =
    `${what} was run on inputs of ${shapesOf(smaller)}, the file takes whole ones as before; ` +
    'give some of yours with --data to measure on these';
  whole.dispose();
  const loaded = { ...smaller.loaded, notes: [...smaller.loaded.notes, note] };
  return { ...session, liveModel: { ...smaller, loaded } };
}

/** Opens the model for the largest inputs that aren't too large, or the smallest that it takes; null: its own alone. */
async function largestThatFits(whole: LiveModel): Promise<LiveModel | null> {
  const longest = Math.max(...whole.inputs.flatMap(({ shape }) => knownSizes(shape).slice(0, -1)));
  const ofLargest = await dividedBy(whole, longest);
  if (ofLargest !== null && !isTooLarge(ofLargest)) return ofLargest;
  const ofAll = await dividedBy(whole, 0);
  if (ofAll === null) return ofLargest;
  ofLargest?.dispose();
  return ofAll;
}

/** The same with inputs divided alone that have a side of that length at least. */
async function dividedBy(whole: LiveModel, leastSide: number): Promise<LiveModel | null> {
  const smaller = await smallerAndSmaller(whole, leastSide);
  let found: LiveModel | null = null;
  // What is small runs in no time: those before it are only run where it doesn't.
  for (const each of smaller.reverse()) {
    if (found === null && (await runs(each))) found = each;
    else each.dispose();
  }
  return found;
}

/** Opens the model for inputs half as large, a quarter and so on, until they aren't too large, or it takes no smaller. */
async function smallerAndSmaller(whole: LiveModel, leastSide: number): Promise<LiveModel[]> {
  const opened: LiveModel[] = [];
  for (const divisor of DIVISORS) {
    const before = opened.at(-1) ?? whole;
    if (!isTooLarge(before)) break;
    const inputDivision: InputDivision = { divisor, leastSide };
    const next = await openModel({ ...whole.loaded, inputDivision }).catch(() => null);
    if (next === null || !isSmaller(next, before)) {
      next?.dispose();
      break;
    }
    opened.push(next);
  }
  return opened;
}

/** Whether no input is larger, as one is that a divisor leaves whole and the one before doesn't, and one is smaller. */
function isSmaller(next: LiveModel, before: LiveModel): boolean {
  const sizes = ({ inputs }: LiveModel) => inputs.map(({ shape }) => sizeOf(knownSizes(shape)));
  const ratios = sizes(next).map((size, input) => size / sizes(before)[input]!);
  return ratios.every((ratio) => ratio <= 1) && ratios.some((ratio) => ratio < 1);
}

/** Whether a model takes the inputs that it says it takes: a layer may hold a size that only shows when it is run. */
async function runs({ inputs, predict }: LiveModel): Promise<boolean> {
  const zeros = inputs.map(({ shape, dtype }) => tf.zeros([1, ...knownSizes(shape)], dtype));
  try {
    tf.dispose(await predict(zeros));
    return true;
  } catch {
    return false;
  } finally {
    tf.dispose(zeros);
  }
}

function isTooLarge(liveModel: LiveModel): boolean {
  if (liveModel.kind === 'graph') return false;
  const shapes = liveModel.inputs.map(({ shape }) => knownSizes(shape));
  const { multiplications, values } = forwardWork(liveModel.model, shapes);
  return multiplications > MAX_MULTIPLICATIONS || valuesInMemory(values, 'embedded') < MIN_AT_ONCE;
}

const shapesOf = ({ inputs }: LiveModel): string =>
  inputs.map(({ shape }) => knownSizes(shape).join('x')).join(' and ');
