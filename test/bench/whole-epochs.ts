import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseInputRange } from '../../src/data/index.js';
import type { Precision } from '../../src/engine/engine.js';
import { least, median } from './figures.js';
import { unpackImages } from './images.js';
import { table } from './markdown-table.js';
import { outputOf } from './results/output.js';
import { keepSamples } from './results/samples.js';
import type { Subject } from './subjects.js';

/** Whole epochs of a model, by who trained it: milliseconds of each. */
export interface WholeEpochs {
  readonly title: string;
  readonly times: Readonly<Record<string, readonly number[]>>;
}

const ROOT = resolve(import.meta.dirname, '../..');
const PEER = 'QKeras, 2 bits';
const PEER_SCRIPT = join(import.meta.dirname, 'epoch_peer.py');
const CHANNELS = 3;
/** Shares of the images: a tenth is held out, and half of it chooses the epoch. */
const HELD = { trained: 0.9, evaluated: 0.05 };
const EPOCHS = 6;
/** The first epoch has the steps that are recorded or traced. */
const UNTIMED = 1;
const LEARNING_RATE = 0.002;
const AUGMENT = 'flip';

/**
 * Times whole epochs: ours through the command line, by when it says that each has ended, and QKeras's with an evaluation after
 * each; in turns, without distillation.
 *
 * @param python  An interpreter with QKeras.
 */
export async function measureWholeEpochs(
  subject: Subject,
  { python, rounds, say }: { readonly python: string; readonly rounds: number; say(line: string): void },
): Promise<WholeEpochs> {
  const images = await unpackImages(subject.archive, subject.images.split('/')[0]!);
  const folder = join(images, subject.epochImages);
  const contestants: Readonly<Record<string, () => Promise<number[]>>> = {
    'qgt, 2 bits, float32': () => ownEpochs(subject, folder, 'float32'),
    'qgt, 2 bits, `--precision auto`': () => ownEpochs(subject, folder, 'auto'),
    [PEER]: () => peerEpochs(subject, folder, python),
  };
  const times: Record<string, number[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      say(`${subject.title}: whole epochs of ${name}, round ${round + 1} of ${rounds}`);
      times[name] = [...(times[name] ?? []), ...(await run())];
    }
  }
  return { title: subject.title, times };
}

/** A row for each who trained each model. */
export function wholeEpochTable(subjects: readonly WholeEpochs[]): string {
  return table(
    ['', 'epoch, s: min', 'median', 'n', ': QKeras (min, median)'],
    subjects.flatMap(({ title, times }) => {
      const peer = times[PEER]!;
      return Object.entries(times).map(([name, each]) => [
        `${title.split(',')[0]!}: ${name}`,
        (least(each) / 1000).toFixed(2),
        (median(each) / 1000).toFixed(2),
        String(each.length),
        `${(least(each) / least(peer)).toFixed(2)}, ${(median(each) / median(peer)).toFixed(2)}`,
      ]);
    }),
  );
}

/** Milliseconds of each epoch of `qgt compress`, but for the first. */
async function ownEpochs(subject: Subject, folder: string, precision: Precision): Promise<number[]> {
  const options = {
    ...{ bits: 2, data: folder, epochs: EPOCHS, distill: 0, precision, engine: 'native', augment: AUGMENT },
    ...{ 'batch-size': subject.batchSize, 'learning-rate': LEARNING_RATE, 'input-range': subject.inputRange },
  };
  const output = await mkdtemp(join(tmpdir(), 'qgt-epochs-'));
  const args = Object.entries({ ...options, output }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ]);
  try {
    const child = spawn(process.execPath, ['bin/qgt.js', 'compress', subject.model, ...args, '--force'], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ends: number[] = [];
    for await (const line of createInterface({ input: child.stderr }))
      if (/^epoch \d/.test(line)) ends.push(performance.now());
    if (ends.length !== EPOCHS) throw new Error(`qgt ended ${ends.length} of ${EPOCHS} epochs`);
    return ends.slice(UNTIMED).map((end, index) => end - ends[UNTIMED + index - 1]!);
  } finally {
    await rm(output, { recursive: true });
  }
}

/** The same of QKeras, on as many images as we train on and evaluate after an epoch. */
async function peerEpochs(subject: Subject, folder: string, python: string): Promise<number[]> {
  const samples = await keepSamples(`${subject.name}-epoch`, subject.model, { train: folder });
  const { size } = await stat(join(samples, 'train-labels.i32'));
  const count = size / Int32Array.BYTES_PER_ELEMENT;
  const job = {
    ...{ model: subject.model, samples, epochs: EPOCHS, learningRate: LEARNING_RATE, augment: [AUGMENT] },
    ...{ batchSize: subject.batchSize, ...parseInputRange(subject.inputRange, CHANNELS) },
    ...{ trained: Math.round(HELD.trained * count), evaluated: Math.round(HELD.evaluated * count) },
  };
  const printed = await outputOf(python, [PEER_SCRIPT, JSON.stringify(job)], ROOT);
  return (JSON.parse(printed) as number[]).slice(UNTIMED);
}
