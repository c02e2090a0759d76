import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineChoice } from '../../src/engine/index.js';
import { loadQgt } from '../../src/index.js';
import type { Bits } from '../../src/quantize/index.js';
import { startCpu } from '../cpu-engine.js';
import * as tf from '../tf.js';
import { compress } from '../validated.js';
import type { LabelForm, Oracle } from './kind.js';
import { metricsOf } from './oracles.js';
import { saveKind, saveSamples } from './saved-kind.js';
import type { TrainedKind } from './trained-kind.js';

/** How far a report's figure may be from the oracle's, which another backend computes. */
const SAME: Readonly<Record<Oracle, number>> = { largest: 1e-9, probability: 1e-9, logit: 1e-9, r2: 1e-4 };

/** What 8 bits may lose: 2 samples of 500, or that share of the variance. */
const NEXT_TO_NOTHING: Readonly<Record<Oracle, number>> = {
  largest: 0.004,
  probability: 0.004,
  logit: 0.004,
  r2: 0.002,
};

/**
 * What trained weights may be worse by on samples that nothing was chosen by: two standard deviations where 25 of 500
 * samples are decided otherwise, or that share of the variance.
 */
const CHANCE: Readonly<Record<Oracle, number>> = { largest: 0.02, probability: 0.02, logit: 0.02, r2: 0.005 };

/** A trained model and its samples, saved with one form of labels, for one engine. */
export interface Cell {
  readonly trained: TrainedKind;
  readonly engine: Exclude<EngineChoice, 'auto'>;
  /** Where all is saved, and files are written to. */
  readonly folder: string;
  readonly files: { readonly model: string; readonly data: string; readonly eval: string };
}

/** Saves what a cell needs into a folder. */
export async function saveCell(
  { trained, engine, folder }: Omit<Cell, 'files'>,
  form: LabelForm,
): Promise<Cell> {
  const at = (name: string) => join(folder, name);
  await mkdir(at('model'));
  const model = await saveKind(trained, at('model'));
  const data = await saveSamples(trained.training, form, at('training'));
  const evaluation = await saveSamples(trained.test, form, at('test'));
  return { trained, engine, folder, files: { model, data, eval: evaluation } };
}

/** Compresses; gives what the report says and what the oracle finds, output by output. */
async function run({ trained, engine, folder, files }: Cell, bits: Bits, epochs: number) {
  const output = join(folder, `${bits}-${epochs}`);
  const { report } = await compress({ ...files, output, bits, epochs, engine, uniform: true });
  // What follows is stock tfjs.
  await startCpu();
  return {
    reported: report.metric!.outputs,
    before: metricsOf(trained.kind, trained.model, trained.test),
    after: metricsOf(trained.kind, await loadPacked(trained, output), trained.test),
  };
}

async function loadPacked({ kind }: TrainedKind, folder: string): Promise<tf.LayersModel | tf.GraphModel> {
  const loaded = await loadQgt(new Uint8Array(await readFile(join(folder, 'model.qgt'))), { tf });
  if (kind.saved === undefined || loaded instanceof tf.GraphModel) return loaded;
  const same = kind.build();
  same.setWeights(loaded.getWeights());
  return same;
}

/** The report's figures are the oracle's, and 8 bits lose next to nothing. */
export async function checkRounding(cell: Cell): Promise<void> {
  assertNear(cell, await run(cell, 8, 0), NEXT_TO_NOTHING);
}

/** 8 bits trained lose no more than chance may, and 4 bits trained are no worse than 4 bits rounded. */
export async function checkTraining(cell: Cell): Promise<void> {
  assertNear(cell, await run(cell, 8, 2), CHANCE);
  const rounded = await run(cell, 4, 0);
  const trained = await run(cell, 4, 6);
  for (const [index, oracle] of cell.trained.kind.oracles.entries()) {
    near(trained.reported[index]!.after, trained.after[index]!, SAME[oracle], 'packed');
    atLeast(trained.after[index]!, rounded.after[index]! - CHANCE[oracle], 'trained');
  }
}

/** The report's figures are the oracle's, and the packed model's are nearly the float model's. */
function assertNear(
  { trained }: Cell,
  { reported, before, after }: Awaited<ReturnType<typeof run>>,
  losable: Readonly<Record<Oracle, number>>,
): void {
  const { oracles } = trained.kind;
  assert.equal(reported.length, oracles.length);
  for (const [index, oracle] of oracles.entries()) {
    const output = reported[index]!;
    assert.equal(output.metric, oracle === 'r2' ? 'r2' : 'accuracy');
    assert.ok(before[index]! > 0.8, `the float model has learnt: ${before[index]}`);
    near(output.before, before[index]!, SAME[oracle], 'float');
    near(output.after, after[index]!, SAME[oracle], 'packed');
    atLeast(after[index]!, before[index]! - losable[oracle], '8 bits');
  }
}

function near(actual: number, expected: number, within: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= within, `${what}: ${actual}, expected ${expected}`);
}

function atLeast(actual: number, least: number, what: string): void {
  assert.ok(actual >= least, `${what}: ${actual}, expected at least ${least}`);
}
