import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { compress } from '../validated.js';
import { digits, saveFewDigits, withFolder } from './digits.js';

it('class weights count for few samples, of which the outputs of activations teach too', () =>
  withFolder(async (folder) => {
    const data = await saveFewDigits(64, folder);
    const given = {
      model: digits.model,
      data,
      bits: 2,
      epochs: 1,
      distill: 0,
      batchSize: 12,
      engine: 'embedded',
    } as const;
    const weighed = async (classWeights: readonly number[], name: string) => {
      const { report } = await compress({
        ...given,
        classWeights: [...classWeights],
        output: join(folder, name),
      });
      return report.training?.trace[0]?.loss;
    };
    const ones = Array.from({ length: 10 }, () => 1);
    const alike = await weighed(ones, 'alike');
    const uneven = await weighed([20, ...ones.slice(1)], 'uneven');
    assert.ok(Math.abs(uneven! / alike! - 1) > 1e-3, `${uneven} and ${alike}`);
  }));
