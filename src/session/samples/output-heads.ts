import { sizeOf } from '../../core/index.js';
import type { Dataset, Rows } from '../../data/index.js';
import { type LossName, type OutputHead, settleHead, type TargetKind, widthOf } from '../../metrics/index.js';
import type { LiveModel } from '../live-model.js';

/** Most label values read for an output; more would only change rare cases. */
const MAX_VALUES = 2e7;
const ROWS_AT_A_TIME = 4096;

/** How the outputs are read, and notes where that may surprise a user. */
export interface SettledHeads {
  readonly heads: readonly OutputHead[];
  readonly notes: readonly string[];
}

/**
 * Decides how each output of a model is read, from its source and the labels.
 *
 * @param loss  As the user gave it.
 */
export async function settleHeads(
  { sources }: Pick<LiveModel, 'sources'>,
  dataset: Pick<Dataset, 'labels' | 'count'>,
  loss?: LossName,
): Promise<SettledHeads> {
  const heads: OutputHead[] = [];
  const notes: string[] = [];
  for (const [index, source] of sources.entries()) {
    const target = await targetKind(dataset, index, widthOf(source));
    const head = settleHead(source, target, loss);
    heads.push(head);
    if (head.logits && loss === undefined)
      notes.push(
        `output ${head.name} is taken for logits, since its labels are ${NAMES[target]}: ${head.loss}`,
      );
    if (target === 'zeros' && head.kind === 'linear')
      notes.push(
        `output ${head.name} is taken for a regression, since its labels are zeros alone, which tell no classes; --loss binary-crossentropy reads it as a logit`,
      );
    if (source.activation === 'sigmoid' && head.kind === 'linear')
      notes.push(`output ${head.name} is taken for a regression, since its labels are not only 0 and 1`);
  }
  return { heads, notes };
}

const NAMES: Readonly<Record<TargetKind, string>> = {
  none: 'missing',
  class: 'classes',
  binary: 'zeros and ones',
  zeros: 'zeros',
  values: 'values',
};

async function targetKind(
  { labels, count }: Pick<Dataset, 'labels' | 'count'>,
  output: number,
  width: number,
): Promise<TargetKind> {
  if (labels.kind === 'none') return 'none';
  if (labels.kind === 'classes') return 'class';
  return kindOfRows(labels.rows[output]!, count, width);
}

/** @param width  Width of the output: a row of labels may hold several of its rows. */
async function kindOfRows(rows: Rows, count: number, width: number): Promise<TargetKind> {
  const most = Math.max(1, Math.floor(MAX_VALUES / Math.max(1, sizeOf(rows.shape))));
  const step = Math.max(1, Math.ceil(count / most));
  let oneClass = width > 1;
  let someClass = false;
  let someOne = false;
  for (let start = 0; start < count; start += step * ROWS_AT_A_TIME) {
    const length = Math.min(ROWS_AT_A_TIME, Math.ceil((count - start) / step));
    const values = await rows.read(Array.from({ length }, (_, index) => start + index * step));
    for (let at = 0; at < values.length; at += width) {
      const row = values.subarray(at, at + width);
      if (!row.every((value) => value === 0 || value === 1)) return 'values';
      const ones = row.filter((value) => value === 1).length;
      oneClass &&= ones <= 1;
      someClass ||= ones === 1;
      someOne ||= ones > 0;
    }
  }
  if (!someOne) return 'zeros';
  return oneClass && someClass ? 'class' : 'binary';
}
