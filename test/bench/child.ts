// Runs in a process of its own: measures one candidate and prints the result as JSON, the last line.
import { readEvaluation, readTraining } from './batches.js';
import { contestants } from './contestants.js';
import type { Assignment, Result } from './result.js';
import { subjects } from './subjects.js';

/** Passes before the first that counts. */
const WARM_UP_PASSES = 2;

const assignment = JSON.parse(process.argv[2]!) as Assignment;
const subject = subjects.find(({ name }) => name === assignment.subject)!;
const batches = await readTraining(assignment.batches, subject);
const contestant = await contestants[assignment.candidate]!(assignment.model, batches);
const readyMs = Date.now() - assignment.startedAt;

const losses: number[] = [];
const steps = await time(1 + assignment.warmUp + assignment.steps, async (index) => {
  losses.push(await contestant.step(index % batches.length));
});
const training = peakBytes();
const images = await readEvaluation(assignment.batches, subject);
const passes = await time(WARM_UP_PASSES + assignment.passes, () => contestant.pass(images));

const result: Result = {
  stepMs: steps.slice(1 + assignment.warmUp),
  passMs: passes.slice(WARM_UP_PASSES),
  readyMs,
  firstStepMs: steps[0]!,
  peakBytes: { training, evaluation: peakBytes() },
  firstLoss: losses[0]!,
  parameters: contestant.parameters,
  caveat: contestant.caveat(),
  versions: contestant.versions,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

/** Milliseconds of each of `count` calls, one after another. */
async function time(count: number, call: (index: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await call(index);
    times.push(performance.now() - start);
  }
  return times;
}

function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
