import { bytesOf, joinBytes } from '../core/bytes.js';
import type { TensorParts } from './tensor-parts.js';

/**
 * Keeps one copy of tensors that differ only in name: the others become references to it.
 *
 * Graphs repeat their constants, shapes and permutations most of all, and a filter bank that is run octave by octave.
 */
export function withoutRepeats(tensors: readonly TensorParts[]): TensorParts[] {
  const firsts = new Map<string, { readonly index: number; readonly bytes: Uint8Array }[]>();
  return tensors.map((tensor, index) => {
    const { n, ...form } = tensor.entry;
    const alike = listAt(firsts, JSON.stringify(form));
    const bytes = joinBytes([...tensor.floats.map(bytesOf), tensor.block]);
    const first = alike.find((other) => areEqual(other.bytes, bytes));
    if (first !== undefined) return { entry: { n, r: first.index }, floats: [], block: new Uint8Array() };
    alike.push({ index, bytes });
    return tensor;
  });
}

function listAt<Item>(lists: Map<string, Item[]>, key: string): Item[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
