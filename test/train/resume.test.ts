import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deserialize, serialize } from 'node:v8';
import { startEngine } from '../../src/engine/index.js';
import * as tf from '../../src/engine/tf.js';
import { type FineTuneOptions, trainerStateSchema } from '../../src/train/index.js';
import { startCpu } from '../cpu-engine.js';
import { skipWithoutNative } from '../engine/native-available.js';
import { resumes, train } from './resumed-training.js';

describe('a training that goes on', () => {
  resumes(startCpu, 7);

  it('says from where, and leaves no tensor behind', async () => {
    const engine = await startCpu();
    const { states } = await train(engine, {}, null);
    const notes: string[] = [];
    const onProgress: FineTuneOptions['onProgress'] = (event) => {
      if (event.kind === 'note') notes.push(event.text);
    };
    const counts: number[] = [];
    for (const state of [states[8]!, states[8]!]) {
      await train(engine, { given: { onProgress } }, state);
      counts.push(tf.memory().numTensors);
    }
    // The trainee itself: weights of student and teacher, grids and the factor.
    const [first, second] = counts;
    await train(engine, {}, null);
    assert.equal(tf.memory().numTensors - second!, second! - first!);
    assert.match(notes[0]!, /goes on after step 7 of 16/);
  });

  it('refuses weights of another model', async () => {
    const engine = await startCpu();
    const { states } = await train(engine, {}, null);
    const state = trainerStateSchema.parse(deserialize(states[0]!));
    const other = serialize({ ...state, variables: state.variables.slice(1) });
    await assert.rejects(train(engine, {}, other), /weights are of another model; leave out --resume/);
  });
});

describe('a training that goes on natively', { skip: await skipWithoutNative() }, () => {
  resumes(() => startEngine('native'), 9, ['toward a size']);
});
