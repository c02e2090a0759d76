import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArguments } from './arguments.js';
import { writeBatches } from './batches.js';
import { candidates } from './candidates.js';
import { performancePage } from './document.js';
import { type EpochFigures, measureEpoch } from './epoch.js';
import { checkPrecisions, precisionLines } from './precision-check.js';
import { type PythonEnvironment, pythonEnvironment } from './python.js';
import { runRounds, type SubjectFigures } from './rounds.js';
import { measureSetUp } from './set-up.js';
import { measureStartUp } from './start-up.js';
import { subjects } from './subjects.js';
import { epochTable, setUpLine, startUpTable, subjectTables } from './tables.js';
import { measureWholeEpochs, type WholeEpochs, wholeEpochTable } from './whole-epochs.js';

const PAGE = resolve(import.meta.dirname, '../../docs/performance.md');
const say = (line: string): void => console.error(line);

const options = parseArguments(process.argv.slice(2));
const taking = subjects.filter((subject) =>
  candidates.some((candidate) => options.takesPart(subject.name, candidate.name)),
);
const python = await environmentFor();
const figures: SubjectFigures[] = [];
for (const subject of taking) {
  const batches = await writeBatches(subject);
  const measured = await runRounds(subject, batches, { ...options, python, say });
  figures.push(measured);
  console.log(`${subjectTables(measured)}\n`);
}
const precisions = checkPrecisions(figures);
if (precisions.length > 0) console.log(`${precisionLines(precisions)}\n`);
for (const { title, feature } of precisions.filter(({ holds }) => !holds)) {
  say(
    `the precision table is wrong for ${title} on ${feature}: src/engine/native/recorded/precision-table.ts`,
  );
  process.exitCode = 1;
}
const epochs: EpochFigures[] = [];
if (options.epochs) {
  for (const subject of subjects) epochs.push(await measureEpoch(subject));
  console.log(`${epochTable(epochs)}\n`);
}
const wholeEpochs: WholeEpochs[] = [];
if (options.wholeEpochs && python.python !== null) {
  const how = { python: python.python, rounds: options.rounds, say };
  for (const subject of subjects) wholeEpochs.push(await measureWholeEpochs(subject, how));
  console.log(`${wholeEpochTable(wholeEpochs)}\n`);
} else if (options.wholeEpochs) say(`whole epochs are not measured: ${python.reason}`);
if (options.startUp) {
  const setUp = await measureSetUp();
  const startUp = await measureStartUp();
  console.log(`${setUpLine(setUp)}\n\n${startUpTable(startUp)}`);
  if (options.writes) {
    await writeFile(
      PAGE,
      await performancePage({
        figures,
        precisions,
        epochs,
        wholeEpochs,
        setUp,
        startUp,
        rounds: options.rounds,
      }),
    );
    say(`wrote ${PAGE}`);
  }
}

/** Makes an environment only where somebody needs it. */
async function environmentFor(): Promise<PythonEnvironment> {
  const needed = taking.some(({ name }) =>
    candidates.some((candidate) => candidate.runsIn === 'python' && options.takesPart(name, candidate.name)),
  );
  if (!needed && !options.wholeEpochs) return { python: null, reason: 'not needed' };
  return pythonEnvironment(say);
}
