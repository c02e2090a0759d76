import assert from 'node:assert/strict';
import { it } from 'node:test';
import { announceTime, hintBefore } from '../../src/compression/fitting/effort-time.js';
import type { ProgressEvent } from '../../src/core/index.js';
import { type Effort, epochsOf, findEffort } from '../../src/train/index.js';

const usual = (name: Effort['name']): number => epochsOf(findEffort(name), true);

/** What is told of a training with so many steps in two epochs, of which each takes 10 ms. */
function notesOf(steps: number, hints = false): string[] {
  const events: ProgressEvent[] = [];
  const announce = announceTime(
    { epochs: 2 },
    { epochsOf: (name) => epochsOf(findEffort(name), true), hints },
    (event) => events.push(event),
  );
  for (let step = 1; step <= steps; step++)
    announce({ kind: 'step', epoch: 1, epochs: 2, step, steps, loss: 1, remainingMs: 10 * (steps - step) });
  return events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));
}

it('the time of a training is told once, beside that of other efforts', () => {
  const notes = notesOf(2000);
  assert.equal(notes.length, 1);
  assert.match(
    notes[0]!,
    /^training takes about 20 s \(2 epochs\); by --effort: low 30 s, medium 1 min 40 s/,
  );
});

it('the epochs are those that a limit on the steps leaves', () => {
  const notes: string[] = [];
  const announce = announceTime({ epochs: 1000, maxTime: 20 }, { epochsOf: usual, hints: false }, (event) => {
    if (event.kind === 'note') notes.push(event.text);
  });
  announce({ kind: 'step', epoch: 1, epochs: 70, step: 10, steps: 2573, loss: 1, remainingMs: 16_000 });
  assert.deepEqual(notes, ['training takes about 16 s (70 epochs)']);
});

it('nothing is told of a training that ends with the steps that were timed', () => {
  assert.deepEqual(notesOf(10), []);
  assert.equal(notesOf(11).length, 1);
});

it('a long training without the native engine is told with the time that it would take there', () => {
  const native = /; on the native engine about 2 min 51 s: stop, run `qgt setup`, and start again$/;
  assert.match(notesOf(120_010, true)[0]!, native);
  assert.doesNotMatch(notesOf(120_010, false)[0]!, /native/);
  assert.doesNotMatch(notesOf(18_000, true)[0]!, /native/);
});

it('what the native engine would save is said before a training of more than three minutes, with both times', () => {
  assert.equal(
    hintBefore(1_200_000),
    'training will take about 20 min 0 s on the embedded engine; on the native engine about 2 min 51 s: stop, run `qgt setup`, and start again',
  );
  assert.equal(hintBefore(180_000), null);
});
