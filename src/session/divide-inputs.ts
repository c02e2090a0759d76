import { sizeOf } from '../core/index.js';
import { tf } from '../engine/index.js';
import { forwardWork } from '../model/index.js';
import { type LiveModel, openModel } from './live-model.js';
import { knownSizes } from './samples/known-sizes.js';
import type { Session } from './session.js';

/** Most multiplications in a forward pass of one synthesised input. */
const MAX_MULTIPLICATIONS = 2 ** 32;
/** Most values that all layers make of one: a training step keeps them for each input of a batch. */
const MAX_VALUES = 2 ** 26;
const DIVISORS = [2, 4, 8, 16, 32];

/**
 * Runs a model on smaller images or volumes than its own, half a side, a quarter and so on, where these are too large to
 * synthesise and its weights fit every size, as those of convolutions do. Its topology stays as it is.
 *
 * The work is counted, not timed, so that a seed gives the same file on every machine (docs/decisions/0003).
 *
 * @param data  Path of the user's data, which is never cut; undefined: inputs are synthesised.
 */
export async function divideLargeInputs<Open extends Session>(
  session: Open,
  data: string | undefined,
): Promise<Open> {
  const whole = session.liveModel;
  if (data !== undefined || !isTooLarge(whole)) return session;
  const smaller = await largestThatFits(whole);
  if (smaller === null) return session;
  const note =
    `inputs of ${shapesOf(whole)} are too large to synthesise many of them: the model was run on inputs of ` +
    `${shapesOf(smaller)}, the file takes whole ones as before; give some of yours with --data to measure on these`;
  whole.dispose();
  const loaded = { ...smaller.loaded, notes: [...smaller.loaded.notes, note] };
  return { ...session, liveModel: { ...smaller, loaded } };
}

/** Opens the model for the largest inputs that aren't too large, or the smallest that it takes; null: its own alone. */
async function largestThatFits(whole: LiveModel): Promise<LiveModel | null> {
  let found: LiveModel | null = null;
  for (const inputDivisor of DIVISORS) {
    const before = found ?? whole;
    if (!isTooLarge(before)) break;
    const next = await openModel({ ...whole.loaded, inputDivisor }).catch(() => null);
    if (next === null || !isSmaller(next, before)) {
      next?.dispose();
      break;
    }
    found?.dispose();
    found = next;
  }
  if (found === null || (await runs(found))) return found;
  found.dispose();
  return null;
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
  return multiplications > MAX_MULTIPLICATIONS || values > MAX_VALUES;
}

const shapesOf = ({ inputs }: LiveModel): string =>
  inputs.map(({ shape }) => knownSizes(shape).join('x')).join(' and ');
