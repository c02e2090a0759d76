import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Schedule } from '../../src/train/schedule.js';

const scheduleOf = (epochs: number) => new Schedule({ epochs, learningRate: 0.1, guidance: 2 }, 5);

function advance(schedule: Schedule, steps: number): void {
  for (let step = 0; step < steps; step++) schedule.advance();
}

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12);

describe('Schedule', () => {
  it('lets lambda rise and the learning rate fall, both on half a cosine', () => {
    const schedule = scheduleOf(4);
    assert.deepEqual([schedule.guidance, schedule.learningRate(1)], [0, 0.1]);
    advance(schedule, 10);
    near(schedule.guidance, 1);
    near(schedule.learningRate(1), 0.05);
    near(schedule.learningRate(0.3), 0.015);
    advance(schedule, 10);
    assert.ok(schedule.isOver);
    near(schedule.guidance, 2);
    near(schedule.learningRate(1), 0);
  });

  it('gets to the last rates in time when it is shortened', () => {
    const schedule = scheduleOf(4);
    advance(schedule, 6);
    schedule.shorten(12);
    near(schedule.guidance, 1);
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
    near(schedule.guidance, 1);
  });
});
