import type { PlanByName } from '../compression/index.js';
import { QgtError } from '../core/index.js';
import type { SizeGoal } from '../plan/goal.js';
import { formatCost } from '../report/index.js';
import { MAX_LEVELS_WITH_PENALTY } from '../train/index.js';
import {
  allocate,
  allocateAtCost,
  type LayerChoices,
  paretoFront,
  raiseNarrow,
  raiseTo,
} from './allocation.js';
import type { KernelBits, WidthChoices } from './width-choices.js';

/** Least size of a rounded file whose training is to end with all of a size, as a share of it. */
const MIN_EXCESS = 1.04;

/** Chosen widths, and the predictions that they were chosen by. */
export interface ChosenWidths {
  /** Predictions for every kernel at every width. */
  readonly layers: readonly LayerChoices[];
  readonly bits: KernelBits;
  readonly cost: number;
  /** Most that another choice could be better by, in the unit of what was minimised. */
  readonly gap: number;
  /** Bytes of the file with the float weights rounded so. */
  readonly fileBytes: number;
  /** Kernels with more bits than there is room for: in training they are to take what the others leave; absent: none. */
  readonly raised?: ReadonlySet<string>;
}

/**
 * Chooses the widths of least predicted cost in a file of at most `mostBytes`.
 *
 * @throws QgtError `usage` where there is none, naming the smallest file.
 */
export async function chooseWithin(
  widths: WidthChoices,
  layers: readonly LayerChoices[],
  { option, mostBytes }: SizeGoal,
): Promise<ChosenWidths> {
  let { fixedBytes } = widths;
  for (;;) {
    const found = allocate(layers, mostBytes - fixedBytes);
    if (found === null) {
      const least = await smallestBytes(widths, layers);
      throw new QgtError('usage', {
        where: `--${option}`,
        what: 'no widths make a file as small as that',
        got: `${mostBytes} bytes`,
        expected: `${least} at least`,
        remedy: `set --max-bytes ${least} or more${option === 'max-bytes' ? '' : ` in place of --${option}`}`,
      });
    }
    const fileBytes = await widths.fileBytes(found.bits);
    const { bits, cost, gap } = found;
    if (fileBytes <= mostBytes) return { layers, bits, cost, gap, fileBytes };
    // The table of tensors is deflated: some bytes more or less.
    fixedBytes += fileBytes - mostBytes;
  }
}

/**
 * Chooses widths again where the file that was made of them has too many bytes: its excess is taken off what it was predicted
 * to have.
 *
 * @param bytes  Those of the file that was made.
 * @returns null where no widths are as small as that.
 */
export async function chooseSmaller(
  widths: WidthChoices,
  { layers, fileBytes }: ChosenWidths,
  bytes: number,
  goal: SizeGoal,
): Promise<ChosenWidths | null> {
  const mostBytes = fileBytes - (bytes - goal.mostBytes);
  if (mostBytes < (await smallestBytes(widths, layers))) return null;
  return chooseWithin(widths, layers, { ...goal, mostBytes });
}

/** Measures the bytes of the file with every kernel at its smallest width. */
function smallestBytes(widths: WidthChoices, layers: readonly LayerChoices[]): Promise<number> {
  return widths.fileBytes(paretoFront(layers)[0]!.bits);
}

/**
 * Chooses the widths of `chooseWithin`, and the next larger ones for the kernels with few levels, and others that gain most
 * by them, so that the file is larger than it may be: training makes it smaller by a few percent, and a penalty on those
 * kernels takes it to the limit. More levels at the same bytes leave less noise (docs/decisions/0007).
 *
 * @param excess  What the file takes at least, as a share of the limit, where there are widths that large.
 * @throws QgtError as `chooseWithin`.
 */
export async function chooseAbove(
  widths: WidthChoices,
  layers: readonly LayerChoices[],
  goal: SizeGoal,
  excess = MIN_EXCESS,
): Promise<ChosenWidths> {
  const within = await chooseWithin(widths, layers, goal);
  const narrow = raiseNarrow(layers, within, MAX_LEVELS_WITH_PENALTY);
  const { bits, cost, raised: more } = raiseTo(layers, narrow, excess * goal.mostBytes - widths.fixedBytes);
  const raised = new Set([...narrow.raised, ...more]);
  if (raised.size === 0) return within;
  return { layers, bits, cost, gap: within.gap, fileBytes: await widths.fileBytes(bits), raised };
}

/** Chooses the widths that make the smallest file within a predicted cost; those of least cost where none fit. */
export async function chooseAtCost(
  widths: WidthChoices,
  layers: readonly LayerChoices[],
  mostCost: number,
): Promise<ChosenWidths> {
  const { bits, ...found } = allocateAtCost(layers, mostCost) ?? { ...paretoFront(layers).at(-1)!, gap: 0 };
  return { layers, bits, cost: found.cost, gap: found.gap, fileBytes: await widths.fileBytes(bits) };
}

/** Every kernel at the largest width that it can have. */
export async function widest(widths: WidthChoices, layers: readonly LayerChoices[]): Promise<ChosenWidths> {
  const largest = layers.map(({ name, choices }) => ({
    name,
    ...choices.reduce((most, next) => (next.bits > most.bits ? next : most)),
  }));
  const bits = new Map(largest.map((each) => [each.name, each.bits]));
  const cost = largest.reduce((sum, each) => sum + each.cost, 0);
  return { layers, bits, cost, gap: 0, fileBytes: await widths.fileBytes(bits) };
}

/** Whether two choices are the same for every kernel. */
export function sameWidths(one: ChosenWidths, other: ChosenWidths): boolean {
  return [...one.bits].every(([kernel, bits]) => other.bits.get(kernel) === bits);
}

/** Plans each weight at the chosen widths, with the reason. */
export function planOf(widths: WidthChoices, chosen: ChosenWidths): PlanByName {
  return widths.planFor(chosen.bits, (kernel) => reasonOf(chosen, kernel));
}

/** `--bits auto` in a layer's row: what its width was predicted to cost, and the next smaller one. */
function reasonOf({ layers, bits }: ChosenWidths, kernel: string): string {
  const { choices } = layers.find(({ name }) => name === kernel)!;
  const ascending = [...choices].sort((a, b) => a.bits - b.bits);
  const at = ascending.findIndex((choice) => choice.bits === bits.get(kernel));
  const cost = (index: number) => formatCost(ascending[index]!.cost);
  const smaller = at === 0 ? '' : `, ${cost(at - 1)} at ${ascending[at - 1]!.bits} bits`;
  return `--bits auto: costs ${cost(at)}${smaller}`;
}
