import { formerNames, type Renamed } from '../pipeline/options/former-names.js';
import { dashed, flagOf } from './option-facts.js';

/** Words of a command line with former names of options replaced, those behind `--` aside. */
export function withCurrentFlags(argv: readonly string[]): {
  readonly words: readonly string[];
  readonly renamed: readonly Renamed[];
} {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const renamed: Renamed[] = [];
  const words = argv.map((word, index) => {
    const [flag, ...value] = word.split('=');
    const found = [...formerNames].find(([former]) => flag === dashed(flagOf(former)));
    if (found === undefined || index > end) return word;
    const [former, name] = found;
    renamed.push({ former, name });
    return [dashed(flagOf(name)), ...value].join('=');
  });
  return { words, renamed };
}
