import type { Suggestion } from '../analysis/index.js';
import { layerOptions } from '../plan/index.js';
import type { Advice } from '../report/index.js';
import { compressCommand, quoted, sameCommand } from './command-line.js';
import type { ParsedOptions } from './parse-options.js';

/** Rounds without training, as was measured. */
const ROUNDED = '--epochs 0';

/** Writes the command of each suggestion on a run. */
export function adviceOn(options: ParsedOptions<'analyze'>, suggestions: readonly Suggestion[]): Advice[] {
  return suggestions.map(({ changes, trains, ...advice }) => {
    const { allBits, rules } = changes;
    const own = [allBits === undefined ? '' : `--bits ${allBits}`, layerOptions(rules)].filter(Boolean);
    return {
      ...advice,
      option: own.join(' '),
      command: compressCommand(options, allBits ?? options.bits, [
        layerOptions(rules),
        trains ? '' : ROUNDED,
      ]),
    };
  });
}

/** Ends of the names of output folders. */
const NAMES: Readonly<Record<string, string>> = { 'fine-tuning': 'longer', 'first-layers': 'layers' };
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
  return suggestions.map(({ changes, trains, ...advice }) => {
    if (!trains) return { ...advice, option: '', command: '' };
    const { allBits, rules } = changes;
    const beside = `-o ${quoted(`${folder}-${NAMES[advice.kind] ?? `${allBits}-bits`}`)}`;
    if (advice.kind === 'fine-tuning') {
      const option = epochs === 0 ? '' : `--epochs ${2 * epochs}`;
      return { ...advice, option, command: sameCommand({ ...given, ...UNBOUNDED }, [option, beside]) };
    }
    const option = allBits === undefined ? layerOptions(rules) : `--bits ${allBits}`;
    const changed = { ...given, maxSteps: undefined, bits: allBits ?? given.bits };
    return { ...advice, option, command: sameCommand(changed, [layerOptions(rules), beside]) };
  });
}
