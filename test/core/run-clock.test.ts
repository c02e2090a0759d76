import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RunClock, UNLIMITED } from '../../src/core/index.js';

/** A clock of a run, and the time that it reads. */
function at(startedAt: number, maxMs?: number) {
  const time = { now: startedAt };
  return { time, clock: new RunClock({ startedAt, maxMs, now: () => time.now }) };
}

describe('RunClock', () => {
  it('counts from the start of the run and keeps time for its end', () => {
    const { time, clock } = at(500, 60_000);
    time.now = 10_500;
    assert.equal(clock.elapsedMs, 10_000);
    assert.equal(clock.leftMs, 50_000);
    clock.reserve(20_000);
    assert.equal(clock.leftMs, 50_000);
    assert.equal(clock.trainingMs, 30_000);
    time.now = 50_500;
    assert.equal(clock.trainingMs, 0, 'what is kept is never given to a training');
    time.now = 90_500;
    assert.equal(clock.leftMs, 0);
  });

  it('without a limit there is always time, and nothing is noted', () => {
    const { time, clock } = at(0);
    time.now = 1e12;
    assert.equal(clock.isLimited, false);
    assert.equal(clock.trainingMs, Number.POSITIVE_INFINITY);
    assert.ok(clock.allows('anything', 1e15));
    assert.equal(clock.graceMs, 0);
    assert.deepEqual(clock.notes, []);
  });

  it('leaves out what would take the time of what has to follow', () => {
    const { clock } = at(0, 1000);
    clock.owedMs = 600;
    assert.ok(clock.allows('one', 300));
    assert.ok(!clock.allows('two', 500));
    clock.owedMs = 0;
    assert.ok(clock.allows('three', 500));
    assert.deepEqual(clock.notes, ['left out, since --max-time left no time for it: two']);
  });

  it('gives what can be left out before a training a share of its time', async () => {
    const { time, clock } = at(0, 1000);
    clock.owedMs = 50;
    clock.reserve(200);
    await clock.within(0.25, async () => {
      assert.ok(clock.allows('one', 190));
      time.now = 150;
      assert.ok(!clock.allows('two', 60), 'of 200 ms 50 are left');
      assert.ok(clock.allows('three', 40));
    });
    assert.ok(clock.allows('four', 790), 'afterwards only what is owed counts');
    await assert.rejects(
      clock.within(0.25, () => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(clock.owedMs, 50);
    time.now = 900;
    await clock.within(0.25, async () => assert.ok(!clock.allows('five'), 'no time for a training'));
    assert.deepEqual(clock.notes, ['left out, since --max-time left no time for it: two; five']);
    assert.ok(await UNLIMITED.within(0.25, async () => UNLIMITED.allows('all', 1e9)));
  });

  it('names in one note all that there was no time for, each once', () => {
    const { time, clock } = at(0, 1000);
    assert.ok(clock.allows('one', 900));
    assert.ok(!clock.allows('two', 1100), 'it would take too long');
    time.now = 1000;
    assert.ok(!clock.allows('three'));
    assert.ok(!clock.allows('two'));
    clock.note('something else');
    assert.deepEqual(clock.notes, [
      'something else',
      'left out, since --max-time left no time for it: two; three',
    ]);
  });

  it('lets a training be late by a quarter of 10 s or 10 %, the larger', () => {
    assert.equal(at(0, 20_000).clock.graceMs, 2500);
    assert.equal(at(0, 600_000).clock.graceMs, 15_000);
  });

  it('times work by its own clock', async () => {
    const { time, clock } = at(0, 1000);
    const work = async () => {
      time.now += 250;
    };
    assert.equal(await clock.time(work), 250);
  });
});
