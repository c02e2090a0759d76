import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Forward } from '../../src/train/forward.js';
import { Schedule } from '../../src/train/schedule.js';

const scheduleOf = (epochs: number, forward: Forward = 'quantized') =>
  new Schedule({ epochs, learningRate: 0.1, guidance: 2, forward }, 5);

function advance(schedule: Schedule, steps: number): void {
  for (let step = 0; step < steps; step++) schedule.advance();
}

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12);

describe('Schedule', () => {
  it('lets lambda rise and the learning rate fall, both on half a cosine', () => {
    const schedule = scheduleOf(4);
    assert.deepEqual(schedule.rates(1), { guidance: 0, focus: 20, learningRate: 0.1 });
    advance(schedule, 10);
    near(schedule.rates(1).guidance, 1);
    near(schedule.rates(1).learningRate, 0.05);
    near(schedule.rates(0.3).learningRate, 0.015);
    advance(schedule, 10);
    assert.ok(schedule.isOver);
    near(schedule.rates(1).guidance, 2);
    near(schedule.rates(1).learningRate, 0);
  });

  it('in a float forward pass the rate falls on the root of the cosine, and the focus to 2 by when the kernels go to their grid', () => {
    const schedule = scheduleOf(20, 'float');
    advance(schedule, 50);
    near(schedule.rates(1).learningRate, 0.1 * Math.SQRT1_2);
    near(schedule.rates(1).focus, 20 - (18 * 0.5) / 0.97);
    advance(schedule, 47);
    near(schedule.rates(1).focus, 2);
    advance(schedule, 2);
    near(schedule.rates(1).focus, 2);
  });

  it('gets to the last rates in time when it is shortened', () => {
    const schedule = scheduleOf(4);
    advance(schedule, 6);
    schedule.shorten(12);
    near(schedule.rates(1).guidance, 1);
    assert.deepEqual([schedule.total, schedule.epochs, schedule.plannedEpochs], [12, 3, 4]);
    advance(schedule, 6);
    assert.ok(schedule.isOver);
  });

  it('goes back to a step, the epochs that were finished as they are', () => {
    const schedule = scheduleOf(2);
    advance(schedule, 5);
    schedule.finishEpoch();
    advance(schedule, 3);
    schedule.rewind(5);
    assert.deepEqual([schedule.done, schedule.epoch, schedule.total], [5, 1, 10]);
    near(schedule.rates(1).guidance, 1);
  });

  it('in a float forward pass a training of more than 600 steps has a lower rate and pull, by the steps that it is shortened to', () => {
    const rateOf = (forward: Forward, epochs: number, shortened?: number) => {
      const schedule = new Schedule({ epochs, learningRate: 0.1, guidance: 2, forward }, 100);
      if (shortened !== undefined) schedule.shorten(shortened);
      return schedule.rates(1).learningRate;
    };
    assert.equal(rateOf('float', 6), 0.1);
    near(rateOf('float', 60), 0.01);
    near(rateOf('float', 60, 1200), 0.05);
    assert.equal(rateOf('float', 60, 300), 0.1);
    assert.equal(rateOf('quantized', 60), 0.1);
    const pullAtHalf = (forward: Forward, epochs: number) => {
      const schedule = new Schedule({ epochs, learningRate: 0.1, guidance: 2, forward }, 100);
      for (let step = 0; step < epochs * 50; step++) schedule.advance();
      return schedule.rates(1).guidance;
    };
    near(pullAtHalf('float', 6), 1);
    near(pullAtHalf('float', 60), 0.1);
    near(pullAtHalf('quantized', 60), 1);
  });
});
