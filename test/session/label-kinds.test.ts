import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Dataset } from '../../src/data/index.js';
import { settleHeads } from '../../src/session/samples/output-heads.js';

const source = { name: 'y', shape: [1], activation: 'linear', layer: null };
const model = { sources: [source] };

/** Labels of a single unit, one row a sample. */
function labelled(values: readonly number[]): Pick<Dataset, 'labels' | 'count'> {
  const rows = {
    ...{ count: values.length, shape: [1], dtype: 'float32' as const },
    read: async (indices: readonly number[]) => Float32Array.from(indices, (index) => values[index]!),
    close: async () => {},
  };
  return { labels: { kind: 'values', rows: [rows] }, count: values.length } as Pick<
    Dataset,
    'labels' | 'count'
  >;
}

it('a linear unit beside zeros alone is a regression, unless the loss says otherwise; beside zeros and ones a logit', async () => {
  const zeros = await settleHeads(model, labelled([0, 0, 0]));
  assert.deepEqual([zeros.heads[0]!.kind, zeros.heads[0]!.loss], ['linear', 'mse']);
  assert.match(zeros.notes.join(), /output y is taken for a regression, since its labels are zeros alone/);
  const asked = await settleHeads(model, labelled([0, 0, 0]), 'binary-crossentropy');
  assert.deepEqual([asked.heads[0]!.kind, asked.notes], ['sigmoid', []]);
  const mixed = await settleHeads(model, labelled([0, 1, 0]));
  assert.deepEqual([mixed.heads[0]!.kind, mixed.heads[0]!.logits], ['sigmoid', true]);
  const ones = await settleHeads(model, labelled([1, 1]));
  assert.equal(ones.heads[0]!.kind, 'sigmoid');
});
