import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { floatWeights, planModel } from '../../src/compression/file/packing.js';
import { roundWeights } from '../../src/compression/file/rounding.js';
import { tiedKernels, withTied } from '../../src/compression/fitting/tied-kernels.js';
import { startEngine } from '../../src/engine/index.js';
import { optionsOf } from '../options.js';
import { type Constant, operation, placeholder } from '../pipeline/graph-folder.js';
import { floats, liveGraph } from './live-graph.js';

const SIDE = 4;
const bank = floats('bank', SIDE, SIDE);
/** The same from either side, as a cosine transform is. */
const symmetric = bank.values.map(
  (value, at) => value + bank.values[(at % SIDE) * SIDE + Math.floor(at / SIDE)]!,
);
const named = (name: string, values: Constant['values'] = symmetric) => ({ ...bank, name, values });

before(async () => void (await startEngine('embedded')));

it('kernels are tied that are equal, on equal grids, and trained', async () => {
  const multiplied = ['first', 'again', 'turned', 'other', 'ones', 'alike'];
  const live = await liveGraph(
    multiplied
      .map((name, at) =>
        operation('MatMul', `y${at}`, [at === 0 ? 'x' : `y${at - 1}`, name], {
          transpose_b: { b: name === 'turned' },
        }),
      )
      .concat(placeholder('x', [-1, SIDE])),
    [
      ...[named('first'), named('again'), named('turned'), named('other', bank.values)],
      ...[
        named(
          'ones',
          symmetric.map(() => 1),
        ),
        named(
          'alike',
          symmetric.map(() => 1),
        ),
      ],
    ],
  );
  const plan = planModel(live, { ...optionsOf('compress', { uniform: true }), bits: 2 });
  const { grids } = roundWeights(floatWeights(live), plan);
  const tied = tiedKernels({ liveModel: live, plan, grids }, new Set());
  assert.deepEqual([...tied], [['again', 'first']]);
  assert.deepEqual([...tiedKernels({ liveModel: live, plan, grids }, new Set(['again']))], []);
  assert.deepEqual(
    [
      ...withTied(
        new Map([
          ['first', 1],
          ['other', 2],
        ]),
        tied,
      ),
    ],
    [
      ['first', 1],
      ['other', 2],
      ['again', 1],
    ],
  );
  live.dispose();
});
