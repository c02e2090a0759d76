import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { table } from '../markdown-table.js';
import { makeLargeModel } from './model.js';

const QGT = resolve(import.meta.dirname, '../../../bin/qgt.js');
/** Sizes that are measured, unless the command line names others. */
const SCALES = [0.007, 0.07, 0.7, 2.8];
const WIDTHS = ['2', '4', '8'];
const SEED = 1;

const given = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'qgt-bench-large-'));
const rows: string[][] = [];
try {
  for (const scale of given.length > 0 ? given : SCALES) {
    const bytes = await makeLargeModel(join(folder, 'model'), scale, SEED);
    for (const bits of WIDTHS) rows.push(await measuredRow(bytes, bits));
    await rm(join(folder, 'model'), { recursive: true });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(
  table(['weights, MB', 'bits', 'CPU, s', 'elapsed, s', 'highest memory, MB', 'model.qgt, MB'], rows),
);

/** Rounds the model in a process of its own, which GNU time watches. */
async function measuredRow(bytes: number, bits: string): Promise<string[]> {
  const command = ['compress', join(folder, 'model'), '--bits', bits, '--epochs', '0', '--engine', 'native'];
  const output = ['-o', join(folder, 'packed'), '--force', '--quiet'];
  const timed = ['-f', '%U %S %e %M', process.execPath, QGT, ...command, ...output];
  const { status, stderr } = spawnSync('/usr/bin/time', timed, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const [user, system, elapsed, kilobytes] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  const packed = (await readFile(join(folder, 'packed', 'model.qgt'))).length;
  const inMegabytes = (count: number) => (count / 1e6).toFixed(1);
  return [
    inMegabytes(bytes),
    bits,
    (user! + system!).toFixed(1),
    elapsed!.toFixed(1),
    Math.round(kilobytes! / 1000).toString(),
    inMegabytes(packed),
  ];
}
