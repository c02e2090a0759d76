import type { Suggestion } from '../analysis/index.js';
import { layerOptions } from '../plan/index.js';
import type { Advice } from '../report/index.js';
import { compressCommand } from './command-line.js';
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
