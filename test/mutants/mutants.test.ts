import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { transformSync } from 'esbuild';
import { mutated, occurrences } from './mutant.js';
import { mutants } from './mutants.js';

describe('the list of mutants follows the code', () => {
  for (const mutant of mutants) {
    it(mutant.name, () => {
      const source = readFileSync(mutant.file, 'utf8');
      assert.equal(occurrences(mutant, source), 1, `'${mutant.text}' in ${mutant.file}`);
      // What doesn't compile would be noticed by any test.
      transformSync(mutated(mutant, source), { loader: 'ts' });
      assert.ok(mutant.tests.length > 0);
      for (const file of mutant.tests) assert.ok(existsSync(file), file);
    });
  }
});
