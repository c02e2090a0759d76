import type { Suggestion } from '../analysis/index.js';
import { defaultOutput } from '../files/index.js';
import { layerOptions } from '../plan/index.js';
import type { Advice } from '../report/index.js';
import { compressCommand, quoted, sameCommand } from './command-line.js';
import { withoutOptions } from './doubtful-options.js';
import type { ParsedOptions } from './parse-options.js';

/** Rounds without training, as was measured. */
const ROUNDED = '--epochs 0';

/** Writes the command of each suggestion on a run. */
export function adviceOn(options: ParsedOptions<'analyze'>, suggestions: readonly Suggestion[]): Advice[] {
  const folderOf = outputFolders(defaultOutput(options.model, `${options.bits}bit`));
  return suggestions.map(({ changes, trains, ...advice }) => {
    const { allBits, rules } = changes;
    // A width has a folder of its own anyway, and training writes where the run itself would.
    const isUsual = rules.length === 0;
    const own = [allBits === undefined ? '' : `--bits ${allBits}`, layerOptions(rules)].filter(Boolean);
    return {
      ...advice,
      option: own.join(' '),
      command: compressCommand(options, allBits ?? options.bits, [
        layerOptions(rules),
        trains ? '' : ROUNDED,
        isUsual ? '' : folderOf({ ...advice, changes }),
      ]),
    };
  });
}

/** The option for the output folder of each suggestion: beside that of the run, and another one for each. */
function outputFolders(
  folder: string,
): (suggestion: Pick<Suggestion, 'kind' | 'layers' | 'changes'>) => string {
  const taken = new Set<string>();
  return (suggestion) => {
    const name = `${folder}-${nameOf(suggestion)}`;
    let free = name;
    for (let count = 2; taken.has(free); count++) free = `${name}-${count}`;
    taken.add(free);
    return `-o ${quoted(free)}`;
  };
}

/** End of an output folder's name. */
function nameOf({
  kind,
  layers,
  changes: { allBits, without },
}: Pick<Suggestion, 'kind' | 'layers' | 'changes'>): string {
  if (without !== undefined) return 'usual';
  if (kind === 'fine-tuning') return 'longer';
  if (allBits !== undefined) return `${allBits}-bits`;
  return layers.length === 0 ? kind : `${layers.length}-layer${layers.length === 1 ? '' : 's'}`;
}

/** Options that end a training early, which a longer one does without. */
const UNBOUNDED = { epochs: undefined, maxSteps: undefined, maxTime: undefined };

/**
 * Writes the command of each suggestion on a compressed model; none where nothing is to be done.
 *
 * @param run  Its epochs, and its output folder, beside which the commands write.
 */
export function adviceOnCompressed(
  { try: _, ...given }: ParsedOptions<'compress'>,
  suggestions: readonly Suggestion[],
  { epochs, folder }: { readonly epochs: number; readonly folder: string },
): Advice[] {
  const folderOf = outputFolders(folder);
  return suggestions.map(({ changes, trains, ...advice }) => {
    if (!trains) return { ...advice, option: '', command: '' };
    const { allBits, rules, without } = changes;
    const beside = folderOf({ ...advice, changes });
    if (without !== undefined) {
      const usual = withoutOptions({ ...given, maxSteps: undefined, maxTime: undefined }, without);
      return { ...advice, option: '', command: sameCommand(usual, [beside]) };
    }
    if (advice.kind === 'fine-tuning') {
      const option = epochs === 0 ? '' : `--epochs ${2 * epochs}`;
      return { ...advice, option, command: sameCommand({ ...given, ...UNBOUNDED }, [option, beside]) };
    }
    const option = allBits === undefined ? layerOptions(rules) : `--bits ${allBits}`;
    const changed = { ...given, maxSteps: undefined, bits: allBits ?? given.bits };
    return { ...advice, option, command: sameCommand(changed, [layerOptions(rules), beside]) };
  });
}
