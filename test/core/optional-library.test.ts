import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadOptional, QgtError } from '../../src/core/index.js';

const missing = (name: string): Promise<unknown> => import(name);
const libraries = { packages: ['qgt-no-such-library', 'another'], where: 'pictures' };

describe('libraries that one kind of work needs', () => {
  it('are handed over where they are installed', async () => {
    assert.equal(await loadOptional(libraries, async () => 3), 3);
  });

  it('are named with the command that installs them where they are not', async () => {
    await assert.rejects(
      loadOptional({ ...libraries, instead: 'draw' }, () => missing('qgt-no-such-library')),
      (thrown) => {
        assert.ok(thrown instanceof QgtError);
        assert.equal(thrown.code, 'not-installed');
        assert.equal(
          thrown.message,
          'pictures: qgt-no-such-library and another are not installed; qgt needs them for this alone; ' +
            'run `npm install qgt-no-such-library another`, with -g where qgt was installed with it, or draw',
        );
        return true;
      },
    );
  });

  it('are not blamed for another failure', async () => {
    await assert.rejects(
      loadOptional(libraries, () => missing('qgt-quite-another')),
      /Cannot find package 'qgt-quite-another'/,
    );
    await assert.rejects(
      loadOptional(libraries, () => Promise.reject(new Error("'another' has an error"))),
      /has an error/,
    );
  });
});
