import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Schedule } from '../../src/train/schedule.js';
import { type Limits, TimeBudget } from '../../src/train/time-budget.js';

/** Runs a schedule of 10 epochs with 10 steps each, of which the step of a number takes so many milliseconds. */
function run(
  test: TestContext,
  maxMs: number | undefined,
  stepMs: (step: number) => number,
  maxSteps?: number,
  others: Omit<Limits, 'maxMs' | 'maxSteps'> = {},
) {
  let now = 1000;
  const clock = test.mock.method(performance, 'now', () => now);
  const schedule = new Schedule({ epochs: 10, learningRate: 1, guidance: 1, forward: 'quantized' }, 10);
  const budget = new TimeBudget({ maxMs, maxSteps, ...others });
  const notes: string[] = [];
  const remaining: number[] = [];
  const rates: number[] = [];
  while (!schedule.isOver) {
    now += stepMs(schedule.done + 1);
    rates.push(schedule.rates(1).learningRate);
    schedule.advance();
    const note = budget.check(schedule);
    if (note !== null) notes.push(note);
    remaining.push(budget.remainingMs(schedule));
  }
  // A test that runs two would otherwise get the first one's clock back.
  clock.mock.restore();
  return {
    done: schedule.done,
    notes,
    remaining,
    rates,
    repeatedBy: budget.repeatedBy,
    advice: budget.advice,
  };
}

/** The first three are slow: they set up what the others use. */
const usual = (step: number) => (step <= 3 ? 1000 : 100);

describe('TimeBudget', () => {
  it('leaves a schedule alone for which there is time, or no limit', (test) => {
    assert.deepEqual(run(test, undefined, usual).notes, []);
    const { done, notes } = run(test, 13_000, usual);
    assert.equal(done, 100);
    assert.deepEqual(notes, []);
  });

  it('shortens it to what fits, by the speed after the first steps', (test) => {
    const { done, notes, advice } = run(test, 8000, usual);
    // 3.3 s for six steps, and 47 more in the other 4.7.
    assert.equal(done, 53);
    assert.deepEqual(notes, [
      'time for 5.3 of 10 epochs in the 8 s that --max-time left for training, at 100 ms a step',
    ]);
    assert.equal(
      advice,
      '--max-steps 53 repeats this training, a new run with a higher --max-time trains longer',
    );
  });

  it('names the options that a repetition needs besides', (test) => {
    const { advice } = run(test, 8000, usual, undefined, { repeatedWith: ['--rounding-steps 3000'] });
    assert.match(advice!, /^--max-steps 53 --rounding-steps 3000 repeats this training, /);
  });

  it('stops when the time is used up, since steps became slower, but after the sixth at the soonest', (test) => {
    const slower = run(test, 8000, (step) => (step > 10 ? 1000 : usual(step)));
    assert.equal(slower.done, 15);
    assert.match(
      slower.notes[1]!,
      /^stopped after 15 of 53 steps: the 8 s that --max-time left for training were used up; no option repeats that$/,
    );
    assert.equal(slower.advice, null);
    const none = run(test, 1, usual);
    assert.equal(none.done, 6);
    assert.match(
      none.notes[0]!,
      /^stopped after 6 of 100 steps: the 0 s that --max-time left for training were used up$/,
    );
    assert.match(none.advice!, /^--max-steps 6 repeats this training/);
  });

  it('says which number of steps gives a shortened training again, by the same rates', (test) => {
    const { repeatedBy, rates } = run(test, 8000, usual);
    assert.equal(repeatedBy, 53);
    const again = run(test, undefined, usual, repeatedBy!);
    assert.deepEqual(again.rates, rates);
    assert.equal(again.repeatedBy, null);
    assert.equal(run(test, undefined, usual, 4).done, 4);
    assert.equal(run(test, 9000, usual, 20).done, 20, 'time for more changes nothing');
    assert.equal(run(test, 4000, usual, 20).done, 13, 'time for fewer does');
    assert.equal(run(test, undefined, usual).repeatedBy, null);
    assert.equal(
      run(test, 8000, (step) => (step > 10 ? 1000 : usual(step))).repeatedBy,
      null,
      'ended midway',
    );
  });

  it('says of one training of several that no option repeats it: the steps would bound the others too', (test) => {
    const { notes, advice, repeatedBy } = run(test, 8000, usual, undefined, { isOneOfSeveral: true });
    assert.match(notes[0]!, /at 100 ms a step; no option repeats that$/);
    assert.deepEqual([advice, repeatedBy], [null, null]);
  });

  it('leaves time for scoring each epoch and for what follows the last step', (test) => {
    const within = (others: Omit<Limits, 'maxMs' | 'maxSteps'>) =>
      run(test, 8000, usual, undefined, others).done;
    // 4.7 s are left after six steps: 1 s is the last score, 1.8 the scores of the last and the best state, and 1.9 is
    // for steps of 100 ms that each have a tenth of a score of 0.9.
    assert.equal(within({ scoringMs: 900 }), 6 + Math.floor((4700 - 900 - 1800) / 190));
    assert.equal(within({ closingSteps: 10 }), 6 + Math.floor((4700 - 1000 - 1000) / 100));
    // No time for more than an epoch: there is no other state to go back to.
    assert.equal(within({ closingSteps: 43 }), 10);
    assert.equal(within({ closingSteps: 45 }), 8);
    assert.equal(within({ closingSteps: 60 }), 6);
  });

  it('lets steps that turn out a little slower finish, so that it can be repeated', (test) => {
    const slower = (step: number) => (step > 10 ? 110 : usual(step));
    const strict = run(test, 8000, slower);
    assert.equal(strict.repeatedBy, null);
    const lenient = run(test, 8000, slower, undefined, { graceMs: 500 });
    assert.equal(lenient.done, 53);
    assert.equal(lenient.repeatedBy, 53);
    const tooSlow = run(test, 8000, (step) => (step > 10 ? 200 : usual(step)), undefined, { graceMs: 500 });
    assert.ok(tooSlow.done < 53);
  });

  it('shortens a training that goes on with its first limit at once, to what that leaves', (test) => {
    let now = 0;
    test.mock.method(performance, 'now', () => now);
    const begun = new TimeBudget();
    const schedule = new Schedule({ epochs: 10, learningRate: 1, guidance: 1, forward: 'quantized' }, 10);
    const step = (budget: TimeBudget) => {
      now += 100;
      schedule.advance();
      return budget.check(schedule);
    };
    for (let done = 0; done < 20; done++) assert.equal(step(begun), null);
    const budget = new TimeBudget({ maxMs: 3000 });
    budget.resume(begun.state());
    // 2 s were used, 0.1 is this step, and 29 more fit.
    assert.equal(
      step(budget),
      'time for 5.0 of 10 epochs in the 5 s that --max-time left for training, at 100 ms a step; no option repeats that',
    );
    assert.equal(schedule.total, 50);
    while (!schedule.isOver) assert.equal(step(budget), null);
    assert.equal(budget.advice, null);
  });

  it('knows how long the rest takes once three steps were set up and one was timed', (test) => {
    const { remaining } = run(test, undefined, usual);
    assert.deepEqual(remaining.slice(0, 5), [0, 0, 0, 9600, 9500]);
    assert.equal(remaining.at(-1), 0);
  });
});
