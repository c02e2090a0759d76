import { type Candidate, candidates } from './candidates.js';
import { least, median } from './figures.js';
import { type Effort, measureOnce } from './measure.js';
import { lastLine, type PythonEnvironment } from './python.js';
import type { Result } from './result.js';
import type { Subject } from './subjects.js';

/** What all rounds measured of one candidate. */
export interface Measured {
  readonly candidate: Candidate;
  readonly results: readonly Result[];
}

/** What was measured of one model, in the order of the candidates; those that failed are in `notes`. */
export interface SubjectFigures {
  readonly subject: Subject;
  readonly measured: readonly Measured[];
  readonly notes: readonly string[];
}

/** How a model is measured. */
export interface RoundOptions {
  readonly rounds: number;
  readonly effort: Effort;
  readonly python: PythonEnvironment;
  takesPart(subject: string, candidate: string): boolean;
  say(line: string): void;
}

/** Lets the candidates take turns, so that a machine that slows down or warms up does so for all of them. */
export async function runRounds(
  subject: Subject,
  batches: string,
  { rounds, effort, python, takesPart, say }: RoundOptions,
): Promise<SubjectFigures> {
  const taking = candidates.filter(({ name }) => takesPart(subject.name, name));
  const results = new Map<Candidate, Result[]>(taking.map((candidate) => [candidate, []]));
  const notes = new Set<string>();
  for (let round = 1; round <= rounds; round++) {
    for (const candidate of taking) {
      const label = `${subject.name}:${candidate.name}`;
      if (candidate.runsIn === 'python' && python.python === null) {
        notes.add(`${candidate.title}: ${python.reason}`);
        continue;
      }
      try {
        const result = await measureOnce(candidate, subject, batches, effort, python.python);
        results.get(candidate)!.push(result);
        if (result.caveat !== null) notes.add(`${candidate.title}: ${result.caveat}`);
        say(`round ${round}/${rounds} ${label}: ${summary(result)}`);
      } catch (error) {
        notes.add(`${candidate.title}: ${lastLine(error)}`);
        say(`round ${round}/${rounds} ${label}: failed: ${lastLine(error)}`);
      }
    }
  }
  const measured = taking
    .map((candidate) => ({ candidate, results: results.get(candidate)! }))
    .filter((each) => each.results.length > 0);
  return { subject, measured, notes: [...notes, ...disagreements(measured)] };
}

function summary({ stepMs, passMs, caveat }: Result): string {
  const step = `step ${least(stepMs).toFixed(1)} ms at least, ${median(stepMs).toFixed(1)} ms in the middle`;
  return `${step}; pass ${median(passMs).toFixed(0)} ms${caveat === null ? '' : ` (${caveat})`}`;
}

/** The float models are the same one, so that their first losses are; and all have as many parameters. */
const FLOAT = ['keras', 'tfjs-node'];
const TOLERANCE = 1e-3;

function disagreements(measured: readonly Measured[]): string[] {
  const firsts = measured.map(({ candidate, results }) => ({ candidate, first: results[0]! }));
  const counts = new Set(firsts.map(({ first }) => first.parameters));
  const losses = firsts
    .filter(({ candidate }) => FLOAT.includes(candidate.name))
    .map(({ first }) => first.firstLoss);
  const apart = Math.max(0, ...losses) - Math.min(...losses);
  return [
    ...(counts.size > 1 ? [`the models differ: ${[...counts].join(' and ')} parameters`] : []),
    ...(apart > TOLERANCE ? [`the float models differ: first losses ${losses.join(' and ')}`] : []),
  ];
}
