import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { startEngine } from '../../../src/engine/index.js';
import { analysisPage, summary } from './document.js';
import { type AnalysisFigures, measureAnalysis } from './measure.js';
import { subjects } from './subjects.js';

const PAGE = resolve(import.meta.dirname, '../../../docs/analysis-figures.md');
const say = (line: string): void => console.error(line);

const only = process.argv.slice(2);
/** All subjects, or those of the models and widths that are named: `digits`, `digits@2`. */
const chosen = subjects.filter(
  ({ model, bits }) => only.length === 0 || only.includes(model) || only.includes(`${model}@${bits}`),
);

await startEngine('native');
const figures: AnalysisFigures[] = [];
for (const subject of chosen) {
  figures.push(await measureAnalysis(subject, say));
  say(summary(figures.at(-1)!));
}
if (only.length === 0) {
  await writeFile(PAGE, await analysisPage(figures));
  say(`wrote ${PAGE}`);
}
