import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { startEngine, tf } from '../../src/engine/index.js';
import { type ProgressEvent, planCompression, type Report, reportSchema } from '../../src/index.js';
import { digits, saveFewDigits, withFolder } from '../pipeline/digits.js';
import { compress } from '../validated.js';
import { smallJob } from './small-job.js';

type Allocation = NonNullable<Report['allocation']>;

/** Predicted cost and bytes of one width for all kernels, or of the widths given. */
function sumOf({ costs }: Allocation, bitsOf: (kernel: string) => number): { cost: number; bytes: number } {
  const chosen = Object.entries(costs).map(
    ([kernel, choices]) => choices.find(({ bits }) => bits === bitsOf(kernel))!,
  );
  return {
    cost: chosen.reduce((sum, { predictedCost }) => sum + predictedCost, 0),
    bytes: chosen.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

const kernelBits = ({ layers }: Report) =>
  Object.fromEntries(layers.filter(({ bits }) => bits < 32).map(({ name, bits }) => [name, bits]));

describe('--bits auto', () => {
  before(async () => void (await startEngine('embedded')));

  it('--max-bytes: a file that uses all of the size, no worse by its costs than any one width that fits', () =>
    withFolder(async (folder) => {
      const { report, files } = await compress({
        model: digits.model,
        data: await saveFewDigits(100, folder),
        eval: await saveFewDigits(60, folder, 'test'),
        bits: 'auto',
        maxBytes: '20KB',
        epochs: 1,
        engine: 'embedded',
        output: join(folder, 'out'),
      });
      const allocation = reportSchema.parse(JSON.parse(await readFile(files[1]!, 'utf8'))).allocation!;
      assert.deepEqual(allocation, report.allocation);
      const { size } = await stat(files[0]!);
      assert.ok(size <= 20_000 && size >= 0.99 * 20_000, `${size}`);
      assert.deepEqual(allocation.goal, { option: 'max-bytes', limit: 20_000, value: size, met: true });
      assert.deepEqual(
        report.checks.map(({ rule, value, passed }) => [rule, value, passed]),
        [['max-bytes', size, true]],
      );
      assert.deepEqual(allocation.chosen.bits, kernelBits(report));
      assert.equal(allocation.chosen.gap, 0);

      const chosen = sumOf(allocation, (kernel) => allocation.chosen.bits[kernel]!);
      assert.ok(Math.abs(chosen.cost - allocation.chosen.predictedCost) < 1e-12);
      // Between all at 3 bits and all at 4: what is left over is spent where it tells most.
      const [first] = allocation.front;
      const fixed = first!.bytes - sumOf(allocation, (kernel) => first!.bits[kernel]!).bytes;
      for (const bits of [1.58, 2, 3, 4, 6, 8]) {
        const uniform = sumOf(allocation, () => bits);
        assert.ok(fixed + uniform.bytes > 20_000 || uniform.cost >= chosen.cost, `${bits} bits`);
      }
      assert.ok(new Set(Object.values(allocation.chosen.bits)).size > 1);
      for (const { name, bits, reason } of report.layers)
        assert.equal(reason.startsWith('--bits auto: costs '), bits < 32, `${name}: ${reason}`);
      assert.deepEqual(
        allocation.candidates.map(({ kind }) => kind).filter((kind) => kind !== 'short'),
        ['full'],
      );
      assert.equal(allocation.candidates.at(-1)!.bytes, size);
      assert.ok(report.metric!.drop < 3, `${report.metric!.drop}`);
    }));

  it('--min-ratio: as much smaller, with the layers that the user chose as they are, and the same bytes each time', () =>
    withFolder(async (folder) => {
      const job = await smallJob(folder);
      const run = async (name: string) => {
        const output = join(folder, name);
        const layer = { last: 8, 'deep/kernel': 2 } as const;
        const { report, files } = await compress({ ...job, epochs: 0, minRatio: 3, layer, output });
        return { report, bytes: await readFile(files[0]!) };
      };
      const { report, bytes } = await run('first');
      const tensors = tf.memory().numTensors;
      assert.deepEqual((await run('second')).bytes, bytes);
      assert.equal(tf.memory().numTensors, tensors);
      assert.ok(report.totals.ratio >= 3);
      assert.equal(report.training, null);
      const bits = kernelBits(report);
      assert.equal(bits['last/kernel'], 8);
      assert.equal(bits['deep/kernel'], 2);
      assert.equal(report.layers.find(({ name }) => name === 'last/kernel')!.reason, "--layer 'last=8'");
      const costs = report.allocation!.costs['last/kernel']!;
      assert.deepEqual(
        costs.map(({ predictedCost }) => predictedCost),
        [0],
      );
    }));

  it('the front goes from the smallest file to the least cost, in ever dearer steps', () =>
    withFolder(async (folder) => {
      const { report } = await compress({ ...(await smallJob(folder)), epochs: 0, minRatio: 3 });
      const { front, costs } = report.allocation!;
      assert.deepEqual(new Set(Object.values(front[0]!.bits)), new Set([1.58]));
      const least = Object.values(costs).map((choices) =>
        Math.min(...choices.map(({ predictedCost }) => predictedCost)),
      );
      const lowest = least.reduce((sum, cost) => sum + cost, 0);
      assert.ok(Math.abs(front.at(-1)!.predictedCost - lowest) < 1e-12);
      let before = Number.POSITIVE_INFINITY;
      for (let index = 1; index < front.length; index++) {
        const [from, to] = [front[index - 1]!, front[index]!];
        const saved = (from.predictedCost - to.predictedCost) / (to.bytes - from.bytes);
        assert.ok(saved > 0 && saved <= before * (1 + 1e-9));
        before = saved;
      }
      const fixed = front[0]!.bytes - sumOf(report.allocation!, () => 1.58).bytes;
      for (const { bits, bytes, ratio } of front) {
        assert.ok(Math.abs(report.totals.bytesBefore / bytes - ratio) < 1e-9);
        assert.equal(bytes - sumOf(report.allocation!, (kernel) => bits[kernel]!).bytes, fixed);
      }
    }));

  for (const { epochs, maxDrop, unsure } of [
    // A tenth of the samples is held out: 5 of 100 are 5 +- 2.24.
    { epochs: 0, maxDrop: 5, unsure: ['--max-drop 5 comes to 5.0 of 100 samples', 'off by 2.24 points'] },
    { epochs: 2, maxDrop: 15, unsure: [] },
  ]) {
    it(`--max-drop, ${epochs} epochs: the smallest file that keeps it on the samples held out, with every try`, () =>
      withFolder(async (folder) => {
        const { report } = await compress({ ...(await smallJob(folder)), epochs, maxDrop });
        const { goal, candidates, reference, chosen } = report.allocation!;
        assert.equal(goal.limit, maxDrop);
        assert.ok(goal.met && goal.value <= maxDrop, JSON.stringify(candidates));
        assert.deepEqual(
          report.checks.map(({ rule, value, passed }) => [rule, value, passed]),
          [['max-drop', goal.value, true]],
        );
        assert.deepEqual(chosen.bits, kernelBits(report));
        const full = candidates.filter(({ kind }) => kind === 'full');
        for (const { value, drop } of candidates)
          assert.ok(Math.abs(100 * (reference - value) - drop) < 1e-9);
        const kept = full.filter(({ drop }) => drop <= maxDrop).map(({ bytes }) => bytes);
        assert.equal(report.totals.bytesAfter, Math.min(...kept));
        assert.ok(candidates.length > (epochs === 0 ? 3 : 1));
        assert.ok(candidates.every(({ kind }) => kind === 'full' || (kind === 'control' && epochs > 0)));
        for (const { epochs: done } of candidates) assert.ok(done <= epochs);
        const note = report.notes.find((each) => each.includes('by chance')) ?? '';
        assert.equal(note === '', unsure.length === 0);
        for (const part of unsure) assert.ok(note.includes(part), note);
      }));
  }

  it('--max-drop: what is above the limit is held against the same weights, trained on at the largest widths', () =>
    withFolder(async (folder) => {
      // The first widths cost more than that, trained or rounded.
      const job = { ...(await smallJob(folder, 'own answers')), epochs: 2 };
      const { report } = await compress({ ...job, maxDrop: 0.5 });
      const { candidates, reference } = report.allocation!;
      const [first, control] = candidates;
      assert.equal(first!.kind, 'full');
      assert.equal(control!.kind, 'control');
      assert.ok(Object.values(control!.bits).every((bits) => bits === 8));
      assert.ok(reference <= control!.value);
      assert.ok(control!.epochs <= 1);
    }));

  it('--max-drop without labels: the drop is counted from the float model, whose answers nothing knows by heart', () =>
    withFolder(async (folder) => {
      const job = { ...(await smallJob(folder)), epochs: 2 };
      const { report } = await compress({ ...job, maxDrop: 0.5 });
      const { candidates, reference, goal } = report.allocation!;
      assert.equal(reference, 1);
      assert.ok(candidates.every(({ kind }) => kind === 'full'));
      assert.equal(goal.met, goal.value <= 0.5);
      assert.doesNotMatch(report.notes.join(), /by heart/);
    }));

  it('chooses without data, and for a dry run', () =>
    withFolder(async (folder) => {
      const { output: _, ...job } = await smallJob(folder);
      const plan = await planCompression({ ...job, minRatio: 4, epochs: 2 });
      assert.ok(plan.expectedRatio >= 4 && plan.expectedRatio < 4.4, `${plan.expectedRatio}`);
      for (const { bits, reason } of plan.layers)
        assert.equal(reason.startsWith('--bits auto: costs '), bits < 32, reason);
      assert.match(plan.notes.join(), /begins with/);
      assert.ok(plan.expectedMs! > 0);
      const { data: __, ...blind } = job;
      const { expectedRatio, expectedMs } = await planCompression({ ...blind, maxDrop: 1, epochs: 0 });
      assert.ok(expectedRatio > 2);
      assert.equal(expectedMs, null);
    }));

  it('--max-bytes with learned rounding: the closer of a file that fills the size and one of learned codes', () =>
    withFolder(async (folder) => {
      const job = await smallJob(folder, 'none', 0.8);
      for (const [roundingSteps, kept] of [
        [1, 'second'],
        [300, 'first'],
      ] as const) {
        const options = { ...job, epochs: 6, maxBytes: 1000, roundingSteps, force: true };
        const { report } = await compress(options);
        const note = report.notes.find((each) => each.startsWith('with codes learned block by block')) ?? '';
        const [, learned, filled] =
          /are at (\S+) dB .*, and at (\S+) dB as the size is filled: the (\S+) was kept$/
            .exec(note)!
            .map(Number);
        assert.ok(note.endsWith(`the ${kept} was kept`), note);
        assert.equal(learned! > filled!, kept === 'first', note);
        assert.equal(report.training?.roundingSteps, kept === 'first' ? roundingSteps : undefined);
        assert.ok(report.totals.bytesAfter <= 1000, `${report.totals.bytesAfter}`);
        assert.equal(report.allocation!.chosen.bits['last/kernel'], kernelBits(report)['last/kernel']);
      }
    }));

  it('--max-bytes with learned rounding: a file of learned codes that is too large is told of, and left', () =>
    withFolder(async (folder) => {
      const job = await smallJob(folder, 'none', 0.8);
      const { report } = await compress({ ...job, epochs: 1, maxBytes: 820, roundingSteps: 50 });
      const note = report.notes.find((each) => each.startsWith('with codes learned block by block')) ?? '';
      assert.ok(Number(/the file took (\d+) bytes, which is too many/.exec(note)?.[1]) > 820, note);
      assert.equal(report.training?.roundingSteps ?? 0, 0);
      assert.ok(report.totals.bytesAfter <= 820);
    }));

  it('--max-bytes below what trainings take: the weights are only rounded, and a note says why', () =>
    withFolder(async (folder) => {
      const job = await smallJob(folder, 'own answers', 0.8);
      const { report } = await compress({ ...job, epochs: 3, maxBytes: 820 });
      const note = report.notes.find((each) => each.startsWith('what was trained took')) ?? '';
      const taken = report.allocation!.candidates.filter(({ kind, epochs }) => kind === 'full' && epochs > 0);
      assert.ok(taken.length > 0);
      assert.ok(
        note.startsWith(`what was trained took ${taken.map(({ bytes }) => bytes).join(' and ')} bytes`),
      );
      assert.equal(report.training, null);
      assert.ok(report.totals.bytesAfter <= 820);
    }));

  it('a stop while codes are learned leaves the file that fills the size, and the same run goes on from there', () =>
    withFolder(async (folder) => {
      const job = await smallJob(folder, 'none', 0.8);
      const options = { ...job, epochs: 6, maxBytes: 1000, roundingSteps: 300 };
      const stop = new AbortController();
      const onProgress = (event: ProgressEvent) => {
        if (event.kind === 'measuring' && event.what.startsWith('learning the rounding')) stop.abort();
      };
      const stopped = await compress(options, { onProgress, stopEarly: stop.signal });
      assert.match(stopped.report.notes.join('\n'), /the training was stopped/);
      assert.ok(stopped.report.totals.bytesAfter <= 1000);
      const { report } = await compress({ ...options, resume: true });
      assert.equal(report.training!.roundingSteps, 300);
    }));

  for (const { name, kind, ...rest } of [
    { name: 'rounded', kind: /only rounded take what their widths take/, epochs: 0, maxBytes: 1700 },
    { name: 'at the largest widths', kind: /every kernel has its largest width/, epochs: 1, maxBytes: 9000 },
  ]) {
    it(`--max-bytes, ${name}: within the size, and to a hundredth of it unless a note says why not`, () =>
      withFolder(async (folder) => {
        const { report, files } = await compress({ ...(await smallJob(folder)), ...rest });
        const { size } = await stat(files[0]!);
        assert.ok(size <= rest.maxBytes, `${size}`);
        const note = report.notes.find((each) => each.startsWith('--max-bytes: ')) ?? '';
        assert.match(note, kind);
        assert.equal(note === '', size >= 0.99 * rest.maxBytes, `${size} ${note}`);
      }));
  }

  it('a size that no widths reach is refused, with the least that they do', () =>
    withFolder(async (folder) => {
      const job = { ...(await smallJob(folder)), epochs: 0 };
      const thrown = await compress({ ...job, maxBytes: 500 }).catch((error) => error);
      const [, least] = /^--max-bytes: .*, got 500 bytes, expected (\d+) at least;/.exec(thrown.message)!;
      const { report } = await compress({ ...job, maxBytes: least! });
      assert.equal(String(report.totals.bytesAfter), least);
    }));
});
