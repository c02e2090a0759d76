import { z } from 'zod';
import { type CheckpointSlot, unusableCheckpoint } from '../core/index.js';
import type { Bits } from '../quantize/index.js';
import type { Sensitivity } from './sensitivity.js';

const isNumber = (value: unknown): boolean => typeof value === 'number';

const stateSchema = z.map(z.string(), z.map(z.custom<Bits>(isNumber), z.custom<number>(isNumber)));

/** A kernel and its widths. */
interface MeasuredKernel {
  readonly kernel: { readonly name: string };
  readonly widths: readonly { readonly bits: Bits }[];
}

/**
 * The costs that an interrupted run had measured; where it had not, they are measured and kept.
 *
 * @param slot  Left out: nothing is kept.
 * @throws QgtError `output` where costs were kept of something else.
 */
export async function keptSensitivity(
  slot: CheckpointSlot | undefined,
  kernels: readonly MeasuredKernel[],
  measure: () => Promise<Sensitivity>,
): Promise<Sensitivity> {
  const found = await slot?.load();
  if (found !== undefined) return sensitivityOf(found, kernels);
  const measured = await measure();
  await slot?.save(measured);
  return measured;
}

function sensitivityOf(found: unknown, kernels: readonly MeasuredKernel[]): Sensitivity {
  const { data, error } = stateSchema.safeParse(found);
  const isWhole = kernels.every(({ kernel, widths }) =>
    widths.every(({ bits }) => data?.get(kernel.name)?.has(bits)),
  );
  if (data === undefined || !isWhole)
    throw unusableCheckpoint('the checkpoint', 'its measurements are of another model', error);
  return data;
}
