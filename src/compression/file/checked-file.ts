import { UNLIMITED } from '../../core/index.js';
import { type PackedFile, type PackedModel, packModel, type StoredTensor } from '../../pack/index.js';
import type { Evaluation } from '../../session/index.js';
import { choosePrecisions, lengthenWorst } from './float-precisions.js';
import { type OptimizedModel, optimizeForInference, withScalesInPlace } from './optimize-for-inference.js';
import { createOutputCheck, type OutputCheck } from './output-check.js';
import { wholeModel } from './packing.js';
import { type FloatPrecisions, findShortenable, withPrecisions } from './short-floats.js';

/** A packed file, the bytes of each tensor in it, and notes for the report. */
export interface CheckedFile extends PackedFile {
  readonly notes: readonly string[];
}

/** A packed model, with notes on what was done to it, or left. */
interface NotedModel {
  readonly model: PackedModel;
  readonly notes: readonly string[];
}

/**
 * Noise that floats may add to the outputs where a size can't be kept otherwise, in units of what doesn't show: a
 * quarter of a dB, which fewer codes would cost as well.
 */
const MAX_EXCESS = 6;

/**
 * Packs a model as lean and with floats as short as don't show in its outputs beside what the codes do to them.
 *
 * @param mostBytes  Size for which floats may get shorter still.
 */
export async function packChecked(
  evaluation: Evaluation,
  tensors: readonly StoredTensor[],
  mostBytes = Number.POSITIVE_INFINITY,
): Promise<CheckedFile> {
  const { liveModel, samples } = evaluation;
  const whole = wholeModel(liveModel, tensors, samples);
  const check = await createOutputCheck(evaluation, whole);
  try {
    const lean = await leanWhereSame(whole, check);
    const pack = async ({ model, notes }: NotedModel) => ({
      ...(await packModel(model)),
      notes: [...lean.notes, ...notes],
    });
    const file = await pack(await shortWhereSame(lean.model, evaluation, check));
    if (file.bytes.length <= mostBytes) return file;
    return await pack(await shortForSize(lean.model, evaluation, check));
  } finally {
    check.dispose();
  }
}

async function leanWhereSame(model: PackedModel, check: OutputCheck): Promise<NotedModel> {
  const lean = optimizeForInference(model);
  if (model.kind === 'graph' && lean.moved === 0) return { model: lean.model, notes: [] };
  const excess = await check.excess(lean.model);
  if (excess <= 1) return { model: lean.model, notes: notesOn(lean) };
  if (model.kind === 'graph')
    return {
      model: withScalesInPlace(model),
      notes: [`scales stay in their kernels: moved into the next ones, ${noteOnExcess(excess)}`],
    };
  return {
    model,
    notes: [
      `the file was left as it is, BatchNorm not folded into the kernels before it: ${noteOnExcess(excess)}`,
    ],
  };
}

const noteOnExcess = (excess: number): string =>
  `outputs would differ by ${excess.toPrecision(2)} times what would not show beside the noise of the codes`;

async function shortWhereSame(
  model: PackedModel,
  { liveModel, clock = UNLIMITED }: Evaluation,
  check: OutputCheck,
): Promise<NotedModel> {
  const names = findShortenable(model, liveModel);
  let tries = 0;
  const precisions = await choosePrecisions(names, async (tried) => {
    const isWorthIt = tries++ === 0 || clock.allows(SHORTER_FLOATS);
    return isWorthIt && (await check.excess(withPrecisions(model, tried))) <= 1;
  });
  return { model: withPrecisions(model, precisions), notes: notesOnLonger(names, precisions) };
}

const SHORTER_FLOATS = 'shorter floats of single tensors';

/** The same in as few bytes as can be, where a little more noise is allowed. */
async function shortForSize(
  model: PackedModel,
  { liveModel }: Evaluation,
  check: OutputCheck,
): Promise<NotedModel> {
  const names = findShortenable(model, liveModel);
  const excessOf = (tried: FloatPrecisions) => check.excess(withPrecisions(model, tried));
  const precisions = await lengthenWorst(names, excessOf, MAX_EXCESS);
  const excess = await excessOf(precisions);
  return {
    model: withPrecisions(model, precisions),
    notes: [...notesOnLonger(names, precisions), ...(excess <= 1 ? [] : [noteOnNoise(excess)])],
  };
}

/** Says what was paid for a size: what may be added without showing is a hundredth of the codes' noise. */
const noteOnNoise = (excess: number): string =>
  `floats are as short as the size needs: they add ${excess.toPrecision(2)} % to the noise of the outputs`;

/** Names that a note has at most. */
const MAX_NAMES = 3;

function notesOnLonger(names: readonly string[], precisions: FloatPrecisions): string[] {
  const longer = names.filter((name) => precisions.get(name) !== 16);
  return longer.length === 0 ? [] : [noteOnLonger(longer)];
}

function noteOnLonger(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  const listed = `${names.slice(0, MAX_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `floats with more bits than bfloat16, which would show in the outputs (or cannot be checked there): those of ${listed}`;
}

/** Writes notes on what was folded and moved, and on what couldn't be folded and why. */
function notesOn({ layers, unfolded, moved }: OptimizedModel): string[] {
  const reasons = [...new Set(unfolded.map(({ reason }) => reason))];
  const rest = reasons.map((reason) => {
    const stay = unfolded.filter((each) => each.reason === reason).map(({ layer }) => layer);
    return `BatchNorm stays in ${stay.join(', ')}: ${reason}`;
  });
  const total = layers + unfolded.length;
  return [
    ...(layers === 0 ? [] : [`BatchNorm layers folded into the kernel before them: ${layers} of ${total}`]),
    ...rest,
    ...(moved === 0
      ? []
      : [`kernels whose scales were moved into the depthwise kernel after them: ${moved}`]),
  ];
}
