import { commandSchemas } from '../pipeline/options/commands.js';

/** Names of the commands that are two words. */
const twoWords = Object.keys(commandSchemas).filter((name) => name.includes(' '));

/** Makes one word of the two of a command, `sweep run`; such words stand before the first option. */
export function joinCommand(argv: readonly string[]): readonly string[] {
  const at = argv.findIndex((word, index) => twoWords.includes(`${word} ${argv[index + 1]}`));
  if (at < 0 || argv.slice(0, at).includes('--')) return argv;
  return [...argv.slice(0, at), `${argv[at]} ${argv[at + 1]}`, ...argv.slice(at + 2)];
}
