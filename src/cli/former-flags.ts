import { commandSchemas } from '../pipeline/options/commands.js';
import { formerNames, type Renamed } from '../pipeline/options/former-names.js';
import { flagOf } from '../pipeline/options/index.js';
import { dashed } from './option-facts.js';

/** Replaces former names of options that the command takes in the words of a command line, except after `--`. */
export function withCurrentFlags(argv: readonly string[]): {
  readonly words: readonly string[];
  readonly renamed: readonly Renamed[];
} {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const command = argv.find((word) => !word.startsWith('-')) ?? '';
  const taken: object = Object.entries(commandSchemas).find(([name]) => name === command)?.[1].shape ?? {};
  const renamed: Renamed[] = [];
  const words = argv.map((word, index) => {
    const [flag, ...value] = word.split('=');
    const found = [...formerNames].find(([former, name]) => flag === dashed(flagOf(former)) && name in taken);
    if (found === undefined || index > end) return word;
    const [former, name] = found;
    renamed.push({ former, name });
    return [dashed(flagOf(name)), ...value].join('=');
  });
  return { words, renamed };
}
