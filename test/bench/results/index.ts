import { machine } from '../machine.js';
import { lastLine } from '../python.js';
import { parseArguments, type Selection } from './arguments.js';
import { writeDocument } from './document.js';
import { experiments } from './experiments.js';
import { readMeasurement } from './measurement.js';
import { keepRecord, type RunRecord, readRecords } from './record.js';
import { runTask } from './run.js';
import { summarize } from './summary.js';
import { rowsOf } from './tables.js';
import { taskName, taskOf } from './task.js';
import { versionOf } from './version.js';
import { workFolder } from './work-folder.js';

const say = (line: string): void => console.error(line);

const request = parseArguments(process.argv.slice(2));
if (request.kind === 'write') await write();
else if (request.kind === 'list') await list(request.selection);
else await run(request.selection);

async function write(): Promise<void> {
  await writeDocument(summarize(experiments, await readRecords()));
  say('wrote docs/results.md and docs/plots');
}

/** Runs what is missing, one after another; what fails is said, and the rest goes on. */
async function run(selection: Selection): Promise<void> {
  const folder = await workFolder();
  const missing = await missingOf(selection);
  say(`${selection.runs.length} runs, ${missing.length} of them to be done`);
  for (const [index, { name, task, version }] of missing.entries()) {
    say(`\n== ${index + 1}/${missing.length} ${name}`);
    try {
      const measurement = readMeasurement(await runTask(task, folder));
      await keepRecord({
        name,
        version,
        measuredAt: new Date().toISOString(),
        machine: `${await machine()}, Node ${process.version}`,
        measurement,
      });
    } catch (error) {
      say(`${name} failed: ${lastLine(error)}`);
      process.exitCode = 1;
    }
  }
  const selected = new Set(selection.runs.map(({ experiment }) => experiment));
  const summaries = summarize([...selected], await readRecords());
  for (const title of new Set(summaries.map(({ experiment }) => experiment.subject.title)))
    console.log(
      `\n${title}\n${rowsOf(summaries.filter(({ experiment }) => experiment.subject.title === title))}`,
    );
  if (selection.whole) await writeDocument(summaries);
}

async function list(selection: Selection): Promise<void> {
  const missing = new Set((await missingOf(selection)).map(({ name }) => name));
  for (const { experiment, seed } of selection.runs) {
    const name = taskName(experiment, seed, taskOf(experiment, seed));
    console.log(`${missing.has(name) ? 'to do' : 'done '}  ${name}`);
  }
}

/** The runs of a selection that this version of the code has not done yet. */
async function missingOf({ runs, version }: Selection) {
  const records = await readRecords();
  const isKept = (wanted: Pick<RunRecord, 'name' | 'version'>) =>
    records.some((record) => record.name === wanted.name && record.version === wanted.version);
  const versions =
    version === undefined ? { qgt: await versionOf('qgt'), peer: await versionOf('peer') } : null;
  return runs
    .map(({ experiment, seed }) => {
      const task = taskOf(experiment, seed);
      return { name: taskName(experiment, seed, task), task, version: version ?? versions![task.kind] };
    })
    .filter((each) => !isKept(each));
}
