import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classOrder, numericOrder, reorderClasses } from '../../src/data/class-order.js';
import { openDataset } from '../../src/data/index.js';
import { classesOf, specs } from './specs.js';
import { temporaryFile } from './temporary-folder.js';

const TABLE = 'a,b,kind\n1,2,c2\n3,4,c10\n5,6,c1\n7,8,c2\n';

describe('the order of classes', () => {
  const orders: [string, string[], string[]][] = [
    ['numbers', ['0', '1', '10', '11', '2'], ['0', '1', '2', '10', '11']],
    ['numbers behind a text', ['c1', 'c10', 'c2', 'b'], ['b', 'c1', 'c2', 'c10']],
    ['numbers at two places', ['v2.10', 'v10.1', 'v2.9'], ['v2.9', 'v2.10', 'v10.1']],
    ['leading zeros', ['010', '9', '08'], ['08', '9', '010']],
    [
      'numbers past 2 ** 53',
      ['9007199254740993', '9007199254740992'],
      ['9007199254740992', '9007199254740993'],
    ],
    ['texts as they are sorted, capitals first', ['ant', 'Bee', 'cat'], ['Bee', 'ant', 'cat']],
  ];
  for (const [what, names, expected] of orders) {
    it(`sorts ${what}`, () => assert.deepEqual(numericOrder(names), expected));
  }

  it('is what the options say, else what the model says of all of them, else that of texts', () => {
    const found = ['dog', 'cat'];
    const [classes, modelClasses] = [
      ['dog', 'cat', 'emu'],
      ['emu', 'dog', 'cat'],
    ];
    assert.deepEqual(classOrder(found, { classes, modelClasses }), { names: classes, from: 'options' });
    assert.deepEqual(classOrder(found, { modelClasses }), { names: modelClasses, from: 'model' });
    const other = { names: ['cat', 'dog'], from: 'text' };
    assert.deepEqual(classOrder(found, { modelClasses: ['cat', 'emu'] }), other);
    assert.deepEqual(classOrder(found, {}), other);
  });

  it('can be another one for the same rows', async (test) => {
    const dataset = await openDataset(await temporaryFile(test, 'data.csv', TABLE), specs([2], [3]));
    assert.deepEqual(await classesOf(dataset), [2, 1, 0, 2]);
    const numeric = reorderClasses(dataset, ['c1', 'c2', 'c10']);
    assert.deepEqual(await classesOf(numeric), [1, 2, 0, 1]);
    assert.deepEqual(numeric.labels.kind === 'classes' && numeric.labels.names, ['c1', 'c2', 'c10']);
    await dataset.close();
  });

  it("is the model's for the cells of a table", async (test) => {
    const file = await temporaryFile(test, 'data.csv', TABLE);
    const dataset = await openDataset(file, { ...specs([2], [3]), modelClasses: ['c10', 'c2', 'c1'] });
    assert.deepEqual(await classesOf(dataset), [1, 0, 2, 1]);
    assert.equal(dataset.labels.kind === 'classes' && dataset.labels.orderFrom, 'model');
    await dataset.close();
  });
});
