import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { limitLines } from '../../src/data/csv/line-limit.js';
import { labelColumnsOf, openDataset, type ReadOptions } from '../../src/data/index.js';
import { classesOf, refusal, specs, targetsOf, valuesOf } from './specs.js';
import { temporaryFile } from './temporary-folder.js';

const TWO_OF_THREE = specs([2], [3]);

describe('csv', () => {
  const tables: [
    string,
    string,
    ReadOptions,
    { inputs: number[]; classes?: number[]; values?: number[][]; names?: string[] },
  ][] = [
    [
      'a label column by name',
      'a,Label,b\n1,2,3\n4,0,-5e-1\n',
      TWO_OF_THREE,
      { inputs: [1, 3, 4, -0.5], classes: [2, 0] },
    ],
    [
      'the last column as label',
      '\ufeffa,b,kind\r\n1,3,2\r\n\r\n 4 , 5 ,0',
      TWO_OF_THREE,
      { inputs: [1, 3, 4, 5], classes: [2, 0] },
    ],
    [
      'class names, sorted',
      'a,b,class\n1,2,dog\n3,4,"ant, red"\n5,6,cat\n7,8,dog\n',
      TWO_OF_THREE,
      { inputs: [1, 2, 3, 4, 5, 6, 7, 8], classes: [2, 0, 1, 2], names: ['ant, red', 'cat', 'dog'] },
    ],
    [
      'class names in the order given',
      'a,b,class\n1,2,dog\n3,4,ant\n',
      { ...TWO_OF_THREE, classes: ['dog', 'cat', 'ant'] },
      { inputs: [1, 2, 3, 4], classes: [0, 2], names: ['dog', 'cat', 'ant'] },
    ],
    [
      'numbers as class names where they are named',
      'a,b,y\n1,2,7\n3,4,5\n',
      { ...TWO_OF_THREE, classes: ['7', '6', '5'] },
      { inputs: [1, 2, 3, 4], classes: [0, 2], names: ['7', '6', '5'] },
    ],
    [
      'numbers as class indices beside names',
      'a,b,y\n1,2,1\n3,4,2\n',
      { ...TWO_OF_THREE, classes: ['x', 'y', 'z'] },
      { inputs: [1, 2, 3, 4], classes: [1, 2], names: ['x', 'y', 'z'] },
    ],
    [
      'the label column that is named, in whatever case',
      'kind,a,b\n2,1,3\n0,4,5\n',
      { ...TWO_OF_THREE, labelColumn: 'Kind' },
      { inputs: [1, 3, 4, 5], classes: [2, 0] },
    ],
    [
      'the last column rather than one called class',
      'a,class,kind\n1,3,2\n4,5,0\n',
      TWO_OF_THREE,
      { inputs: [1, 3, 4, 5], classes: [2, 0] },
    ],
    ['coordinates x and y', 'x,y,height\n1,2,0.5\n', specs([2], [1]), { inputs: [1, 2], values: [[0.5]] }],
    ['no labels', 'x,y\n1,2\n3,4\n', TWO_OF_THREE, { inputs: [1, 2, 3, 4] }],
    [
      'a target value',
      'target,a,b\n0.5,1,2\n1.5,3,4\n',
      specs([2], [1]),
      { inputs: [1, 2, 3, 4], values: [[0.5, 1.5]] },
    ],
    [
      'several targets',
      'a,b,p,q,r\n1,2,0.5,0.5,0\n3,4,1,0,0\n',
      TWO_OF_THREE,
      { inputs: [1, 2, 3, 4], values: [[0.5, 0.5, 0, 1, 0, 0]] },
    ],
    [
      'one-hot targets',
      'a,b,p,q,r\n1,2,0,1,0\n3,4,1,0,0\n',
      TWO_OF_THREE,
      { inputs: [1, 2, 3, 4], classes: [1, 0] },
    ],
  ];
  for (const [name, text, options, expected] of tables) {
    it(`reads ${name}`, async (test) => {
      for (const memoryLimitBytes of [0, 2 ** 20]) {
        const dataset = await openDataset(await temporaryFile(test, 'data.csv', text), {
          ...options,
          memoryLimitBytes,
        });
        const { labels } = dataset;
        assert.deepEqual(await valuesOf(dataset.inputs[0]!), expected.inputs);
        assert.equal(dataset.count, expected.inputs.length / 2);
        if (expected.classes !== undefined) assert.deepEqual(await classesOf(dataset), expected.classes);
        if (expected.values !== undefined) assert.deepEqual(await targetsOf(dataset), expected.values);
        if (expected.classes === undefined && expected.values === undefined)
          assert.equal(labels.kind, 'none');
        assert.deepEqual(labels.kind === 'classes' ? labels.names : undefined, expected.names);
        await dataset.close();
      }
    });
  }

  it('reads several inputs and outputs from neighbouring columns', async (test) => {
    const options: ReadOptions = {
      inputs: [
        { name: 'left', shape: [1], dtype: 'float32' },
        { name: 'right', shape: [2, 1], dtype: 'float32' },
      ],
      outputs: [
        { name: 'up', shape: [2] },
        { name: 'down', shape: [1] },
      ],
    };
    const dataset = await openDataset(
      await temporaryFile(test, 'data.csv', 'a,b,c,d,e,f\n1,2,3,4,5,6\n7,8,9,1,2,3\n'),
      options,
    );
    assert.deepEqual(await Promise.all(dataset.inputs.map(valuesOf)), [
      [1, 7],
      [2, 3, 8, 9],
    ]);
    assert.deepEqual(await targetsOf(dataset), [
      [4, 5, 1, 2],
      [6, 3],
    ]);
    await dataset.close();
  });

  it('reads more lines than its memory holds', async (test) => {
    const lines = Array.from(
      { length: 70_000 },
      (_, index) => `${index},${index % 7},${['a', 'b', 'c'][index % 3]}`,
    );
    const path = await temporaryFile(test, 'data.csv', `p,q,class\n${lines.join('\n')}`);
    const dataset = await openDataset(path, { ...TWO_OF_THREE, memoryLimitBytes: 65_536 });
    assert.deepEqual([...(await dataset.inputs[0]!.read([69_999, 10]))], [69_999, 69_999 % 7, 10, 3]);
    const classes = await classesOf(dataset);
    assert.deepEqual(
      classes,
      classes.map((_, index) => index % 3),
    );
    await dataset.close();
  });

  const candidates: [string, string, readonly string[]][] = [
    ['one called label', 'a,label,class', ['label']],
    ['one called y', 'class,Y,b', ['Y']],
    ['none of coordinates', 'x,y,b', ['b']],
    ['the last, or class', 'a,Class,b', ['b', 'Class']],
    ['the last alone', 'a,b,class', ['class']],
    ['none without labels', 'a,class', []],
    ['none of several targets', 'a,class,p,q,r', []],
  ];
  for (const [what, header, expected] of candidates) {
    it(`may have as label column ${what}`, async (test) => {
      const path = await temporaryFile(test, 'data.csv', `${header}\n`);
      assert.deepEqual(await labelColumnsOf(path, TWO_OF_THREE), expected);
    });
  }

  it('says which columns the labels are from', async (test) => {
    for (const [header, columns] of [
      ['a,label,b', ['label']],
      ['a,b', []],
      ['a,b,p,q,r', ['p', 'q', 'r']],
    ] as const) {
      const row = header.split(',').fill('1').join(',');
      const dataset = await openDataset(
        await temporaryFile(test, 'data.csv', `${header}\n${row}\n`),
        TWO_OF_THREE,
      );
      assert.deepEqual(dataset.labelColumns, columns);
      await dataset.close();
    }
  });

  it('takes no label column for what is no table', async (test) => {
    const path = await temporaryFile(test, 'x.npy', '');
    const opened = openDataset(path, { ...TWO_OF_THREE, labelColumn: 'kind' });
    await assert.rejects(opened, refusal('usage', path, 'label column kind', 'got npy', '--label-column'));
    assert.deepEqual(await labelColumnsOf(path, TWO_OF_THREE), []);
  });

  const refused: [string, string, ReadOptions, string[]][] = [
    [
      'a cell that is no number',
      'age,b,y\n1,2,0\n1,2,0\nabc,2,0\n',
      TWO_OF_THREE,
      ['line 4, column age', 'got abc'],
    ],
    ['an empty cell', 'a,b,y\n1,,0\n', TWO_OF_THREE, ['line 2, column b', 'an empty cell']],
    ['a number that is none', 'a,b,y\nNaN,1,0\n', TWO_OF_THREE, ['line 2, column a', 'got NaN']],
    ['a target that is no number', 'a,b,y\n1,2,x\n', specs([2], [1]), ['line 2, column y', 'got x']],
    ['a class that is none', 'a,b,y\n1,2,0\n1,2,3\n', TWO_OF_THREE, ['line 3', 'got 3', 'from 0 to 2']],
    ['a class between two', 'a,b,y\n1,2,0\n1,2,0.5\n', TWO_OF_THREE, ['line 3', 'got 0.5']],
    [
      'too few class names',
      'a,b,y\n1,2,p\n1,2,q\n',
      TWO_OF_THREE,
      ['got 2 (p, q)', 'expected 3', '--classes'],
    ],
    [
      'a class that is not named',
      'a,b,y\n1,2,p\n1,2,q\n',
      { ...TWO_OF_THREE, classes: ['p', 'r', 's'] },
      ['line 3', 'got q', 'p, r, s'],
    ],
    [
      'a missing class',
      'a,b,y\n1,2,p\n1,2,\n',
      { ...TWO_OF_THREE, classes: ['p', 'r', 's'] },
      ['line 3', 'an empty cell'],
    ],
    ['a line with too few cells', 'a,b,y\n1,2,0\n1,2\n', TWO_OF_THREE, ['line 3', 'data.csv']],
    ['a quote left open', 'a,b,y\n1,2,"0\n', TWO_OF_THREE, ['data.csv']],
    [
      'another number of columns',
      'a,b,c,d\n1,2,3,4\n',
      TWO_OF_THREE,
      ['got 4 (a, b, c, d)', '2 inputs', 'or 3 targets'],
    ],
    ['another separator', 'a;b;c\n1;2;3\n', TWO_OF_THREE, ['got 1', 'by commas']],
    ['a file without a header', '1,2,0\n3,4,1\n', TWO_OF_THREE, ['line 1', 'name the columns']],
    ['an empty file', '', TWO_OF_THREE, ['empty']],
    ['a header alone', 'a,b,y\n', TWO_OF_THREE, ['no samples']],
    [
      'a label column that is not there',
      'a,b,y\n1,2,0\n',
      { ...TWO_OF_THREE, labelColumn: 'kind' },
      ['no column kind', 'got a, b, y', '--label-column'],
    ],
    [
      'a label column among several targets',
      'a,b,p,q,r\n1,2,1,0,0\n',
      { ...TWO_OF_THREE, labelColumn: 'p' },
      ['column p', 'got 5 columns', '2 inputs and the label', '--label-column'],
    ],
    [
      'a name among the inputs, which may be the label',
      'a,b,y\n1,ant,0\n',
      TWO_OF_THREE,
      ['line 2, column b', 'got ant', '--label-column'],
    ],
    ['an input of any size', 'a,b,y\n1,2,0\n', specs([null], [3]), ['.npz']],
  ];
  for (const [name, text, options, texts] of refused) {
    it(`refuses ${name}`, async (test) => {
      const path = await temporaryFile(test, 'data.csv', text);
      await assert.rejects(openDataset(path, options), refusal('bad-data', path, ...texts));
    });
  }

  it('refuses a quote that stays open in a long file', async (test) => {
    const path = await temporaryFile(test, 'data.csv', Buffer.from(`a,b\n"${'1\n'.repeat(4_300_000)}`));
    await assert.rejects(openDataset(path, specs([2], [1])), refusal('bad-data', path, 'record'));
  });

  it('refuses a line without end', async () => {
    const passed = async (...chunks: string[]) =>
      text(Readable.from(chunks.map((each) => Buffer.from(each))).compose(limitLines(5)));
    assert.equal(await passed('12345\n123', '45\r12345', '\r\n', '\n1'), '12345\n12345\r12345\r\n\n1');
    for (const chunks of [['123456'], ['1', '2345', '6'], ['1\n12345', '6\n']])
      await assert.rejects(passed(...chunks), /a line of more than 5 bytes/);
  });
});
