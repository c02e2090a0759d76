import { converter } from './load-graph-model.js';
import type { Tensor } from './tf.js';

/** Name of an operation of graphs in training that hands its input to one of the functions that were added. */
export const APPLY = 'QgtApply';

type Apply = (x: Tensor, index: number) => Tensor;

const known = new Map<number, Apply>();
let last = 0;

/**
 * Lets the graphs of tfjs-converter call a function, by nodes of the operation `APPLY` that have its key as attribute `key`.
 *
 * @param attribute  Name of the attribute of a node that the function is told.
 * @returns The key, and what forgets the function.
 * @throws QgtError `not-installed`.
 */
export async function addToGraphs(
  attribute: string,
  apply: Apply,
): Promise<{ readonly key: number; forget(): void }> {
  const { registerOp } = await converter();
  registerOp(APPLY, ({ inputs, attrs }) =>
    known.get(Number(attrs.key))!(inputs[0]!, Number(attrs[attribute])),
  );
  const key = ++last;
  known.set(key, apply);
  return { key, forget: () => void known.delete(key) };
}
