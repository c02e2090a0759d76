import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { startEngine } from '../../../src/engine/index.js';
import { analysisPage, summary } from './document.js';
import { type AnalysisFigures, measureAnalysis } from './measure.js';
import { subjects } from './subjects.js';

const PAGE = resolve(import.meta.dirname, '../../../docs/analysis-figures.md');
const say = (line: string): void => console.error(line);

await startEngine('native');
const figures: AnalysisFigures[] = [];
for (const subject of subjects) {
  figures.push(await measureAnalysis(subject, say));
  say(summary(figures.at(-1)!));
}
await writeFile(PAGE, await analysisPage(figures));
say(`wrote ${PAGE}`);
