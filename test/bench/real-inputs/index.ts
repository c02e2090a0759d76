import { parseArgs } from 'node:util';
import { describeError } from '../../../src/core/index.js';
import { versionOf } from '../results/version.js';
import { measure } from './measure.js';
import { keepRecord, readRecords } from './record.js';
import { subjects } from './subjects.js';
import { realInputsTable } from './table.js';

const { values, positionals } = parseArgs({
  options: { as: { type: 'string' } },
  allowPositionals: true,
});
/** Folders of files that were made before, by the model's name; null for those that are to be made. */
const wanted = new Map(
  positionals.map((each) => {
    const [name, folder] = each.split('=', 2) as [string, string?];
    if (!subjects.some((subject) => subject.name === name))
      throw new Error(`${name}: there is no such model`);
    return [name, folder];
  }),
);
const version = values.as ?? (await versionOf('qgt'));
const selected = subjects.filter(({ name }) => wanted.size === 0 || wanted.has(name));
for (const subject of selected) {
  try {
    await keepRecord({ ...(await measure(subject, wanted.get(subject.name))), version });
    console.error(
      realInputsTable([subject], await readRecords())
        .split('\n')
        .at(-1),
    );
  } catch (error) {
    console.error(`${subject.name} failed: ${describeError(error)}`);
    process.exitCode = 1;
  }
}
console.error('npm run bench:results -- --write puts it into docs/results.md');
