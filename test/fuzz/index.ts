// Feeds mutated inputs to parsers: see ../README.md.
//
//   npm run fuzz -- [--target NAME] [--inputs N] [--seed S] [--minutes M] [--keep FOLDER] [--replay FILE]
//
// N is for all targets together, by their shares; with --minutes they share that time instead. The inputs of findings
// are kept in FOLDER. --replay runs one kept input of --target in this process. Ends with 1 where there is a finding.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, shareOf, type Tally } from './session.js';
import { targets } from './targets/index.js';

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    keep: { type: 'string', default: join(tmpdir(), 'qgt-fuzz-findings') },
    replay: { type: 'string' },
  },
});

const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);
if (chosen.length === 0)
  throw new Error(`no target ${values.target}; there are ${targets.map(({ name }) => name).join(', ')}`);
if (values.replay !== undefined) await replay(values.replay);
else await fuzzAll();

async function replay(file: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-fuzz-'));
  const ready = await chosen[0]!.setUp(folder);
  const before = process.cpuUsage();
  await ready.run(await readFile(file)).then(() => console.log('read'), console.log);
  const { user, system } = process.cpuUsage(before);
  console.log(`${(user + system) / 1e6} s`);
  await rm(folder, { recursive: true });
}

async function fuzzAll(): Promise<void> {
  const maxMs = values.minutes === undefined ? undefined : (Number(values.minutes) * 60_000) / chosen.length;
  const tallies: Tally[] = [];
  console.log(
    '| target | inputs | refused | CPU seconds | most seconds | most MiB | findings |\n|---|---|---|---|---|---|---|',
  );
  for (const target of chosen) {
    const inputs =
      maxMs === undefined ? shareOf(target, chosen, Number(values.inputs)) : Number.MAX_SAFE_INTEGER;
    const tally = await fuzz(target, {
      seed: Number(values.seed),
      inputs,
      maxMs,
      keepIn: values.keep,
      tell: console.error,
    });
    tallies.push(tally);
    console.log(rowOf(tally));
  }
  const findings = tallies.flatMap((tally) => tally.findings);
  if (findings.length > 0) console.error(`kept in ${values.keep}`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

function rowOf({ target, inputs, refused, seconds, mostSeconds, mostBytes, findings }: Tally): string {
  const cells = [
    target,
    inputs,
    refused,
    seconds.toFixed(1),
    mostSeconds.toFixed(2),
    Math.round(mostBytes / 2 ** 20),
    findings.length,
  ];
  return `| ${cells.join(' | ')} |`;
}
