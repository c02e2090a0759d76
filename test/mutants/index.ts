// Changes the source in one place after the other, in a copy, and shows that a test notices: see ../README.md.
//
//   npm run mutants -- [word ...]
//
// A word is part of a mutant's name; without one all are tried. Ends with 1 where one survives, or isn't found.
import { type Mutant, mutated, occurrences } from './mutant.js';
import { mutants } from './mutants.js';
import { WorkingCopy } from './working-copy.js';

const words = process.argv.slice(2);
const chosen = mutants.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
if (chosen.length === 0) throw new Error(`no mutant has ${words.join(' or ')} in its name`);

const started = performance.now();
const copy = new WorkingCopy();
try {
  checkUnchanged();
  const killed = chosen.map(isKilled).filter(Boolean).length;
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${killed} of ${chosen.length} mutants killed in ${seconds} s`);
  process.exitCode = killed === chosen.length ? 0 : 1;
} finally {
  copy.dispose();
}

/** A test that fails by itself would notice anything. */
function checkUnchanged(): void {
  const { passed, output } = copy.test([...new Set(chosen.flatMap(({ tests }) => tests))]);
  if (!passed) throw new Error(`without a mutant, tests fail:\n${output}`);
}

function isKilled(mutant: Mutant): boolean {
  const { name, file, tests } = mutant;
  const source = copy.read(file);
  if (occurrences(mutant, source) !== 1) {
    console.log(`✖ ${name}: source text not found once in ${file}: ${mutant.text}`);
    return false;
  }
  copy.write(file, mutated(mutant, source));
  const survivedBy = tests.filter((test) => copy.test([test]).passed);
  copy.write(file, source);
  console.log(
    survivedBy.length === 0 ? `✔ ${name}: killed` : `✖ ${name}: survived ${survivedBy.join(' and ')}`,
  );
  return survivedBy.length === 0;
}
