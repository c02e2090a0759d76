import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fillTemplate } from '../fill-template.js';
import { outputOf } from '../results/output.js';
import { versionOf } from '../results/version.js';
import {
  type Command,
  FREE_BITS,
  freeRun,
  type Kind,
  type Run,
  SEEDS,
  TWIN_BITS,
  twinRun,
  twins,
  UNLABELLED_BITS,
  unlabelled,
  unlabelledRun,
} from './experiments.js';
import { type Outcome, readOutcome } from './outcome.js';
import { freeTable, medianGain, twinTable, unlabelledTable } from './tables.js';
import { fillWorkFolder } from './work-folder.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const KINDS: readonly Kind[] = ['layers', 'graph'];
const { values, positionals } = parseArgs({
  options: { as: { type: 'string' }, write: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [folder] = positionals;
if (folder === undefined)
  throw new Error('npm run bench:graphs -- FOLDER [--write]: FOLDER has the twins and keeps what was run');
const runs: readonly Run[] = [
  ...unlabelled.flatMap((subject) =>
    UNLABELLED_BITS.flatMap((bits) => [
      unlabelledRun(subject, bits, 'rounded'),
      unlabelledRun(subject, bits, 'trained'),
    ]),
  ),
  ...twins.flatMap((twin) => [
    ...SEEDS.flatMap((seed) =>
      KINDS.flatMap((kind) => [freeRun(twin, kind, seed), twinRun(twin, kind, seed)]),
    ),
  ]),
];

if (!values.write) {
  await fillWorkFolder(folder);
  const version = values.as ?? (await versionOf('qgt'));
  for (const run of runs) await make(run, folder, version);
}
const outcomes = new Map<string, Outcome>();
for (const { name } of runs) {
  const outcome = await readOutcome(folder, name);
  if (outcome !== undefined) outcomes.set(name, outcome);
}
const lookup = ({ name }: Run) => outcomes.get(name);
const commands = [twinRun(twins[0]!, 'graph', 0), ...twins.map((twin) => freeRun(twin, 'graph', 0))]
  .concat(unlabelled.map((subject) => unlabelledRun(subject, TWIN_BITS, 'trained')))
  .flatMap((run) => run.commands.filter((each) => each !== undefined))
  .map((command) => `    qgt ${command.join(' ')}`);
const template = await readFile(join(import.meta.dirname, 'graphs.template.md'), 'utf8');
const page = fillTemplate(template, {
  commands: commands.join('\n'),
  freeBits: `${FREE_BITS}`,
  twins: twinTable(lookup),
  free: freeTable(lookup),
  unlabelled: unlabelledTable(lookup),
  medianGain: medianGain(lookup, Math.min(...UNLABELLED_BITS)),
});
await writeFile(join(ROOT, 'docs/graph-figures.md'), page);

/** Runs what this version hasn't run; a twin that wasn't made is left out. */
async function make({ name, model, commands }: Run, at: string, version: string): Promise<void> {
  const output = join('out', version, name);
  if (existsSync(join(at, output, 'report.json')) || !existsSync(join(at, model))) return;
  const qgt = (command: Command) =>
    outputOf(process.execPath, [join(ROOT, 'bin/qgt.js'), ...command, '--engine', 'native'], at);
  const [compress, evaluate] = commands;
  await qgt([...compress, '-o', output, '--force']);
  if (evaluate === undefined) return;
  const [verb, , ...options] = evaluate;
  const text = await qgt([verb!, join(output, 'model.qgt'), ...options, '--json']);
  await writeFile(join(at, output, 'eval.json'), text);
}
