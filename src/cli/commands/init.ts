import { declarations } from '../../pipeline/options/index.js';
import { describeIssue } from '../issue-text.js';
import { optionFacts } from '../option-facts.js';
import { fromText } from '../option-values.js';
import type { Ask } from '../pipeline.js';
import type { Command, CommandOptions } from './command.js';

const QUESTIONS = {
  data: 'Your data: a folder with a sub-folder of images for each class, an .npz or a .csv? (Enter: none)',
  bits: 'Bits per weight: 1.58, 2 to 8, or auto? (Enter: 4)',
  maxDrop: 'Percentage points of accuracy that may be lost at most? (Enter: no limit)',
} as const;

type Asked = keyof typeof QUESTIONS;

/** `qgt init`. */
export const init: Command<'init'> = {
  name: 'init',
  describe: 'Write qgt.config.json, which the other commands read: three questions on a terminal, or options',
  operands: {},
  examples: [
    { line: 'qgt init', does: 'asks for what is not said' },
    { line: 'qgt init --data images/ --bits 2 --max-drop 1', does: 'asks nothing' },
  ],
  options: {
    data: 'Training data that the config file names (default: none; inputs are synthesised)',
    bits: 'Bits per weight: 1.58 (ternary), 2 to 8, or auto, which --max-drop is for',
    maxDrop: 'Largest loss of accuracy to accept, in percentage points (of R2: in hundredths)',
    force: 'Replace a config file that is there already',
  },
  run: async (options, { pipeline, ask }, controls) => {
    const answered = ask === undefined ? options : { ...options, ...(await answers(options, ask)) };
    const result = await (await pipeline()).init(answered, controls);
    return {
      data: result,
      screen: async (style) => (await import('../screens/init.js')).initScreen(result, style),
    };
  },
};

/** Asks for each option that is not given. */
async function answers(options: CommandOptions<'init'>, ask: Ask): Promise<Partial<CommandOptions<'init'>>> {
  const given: Record<string, unknown> = {};
  for (const name of Object.keys(QUESTIONS) as Asked[])
    if (options[name] === undefined) given[name] = await answerTo(name, ask);
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Asks until the answer is a value of the option; undefined: left to the default. */
async function answerTo(name: Asked, ask: Ask): Promise<unknown> {
  for (let said = ''; ; ) {
    const text = await ask(`${said}${QUESTIONS[name]}`);
    if (text === '') return undefined;
    const value = fromText('init', name, text);
    const { error } = declarations[name].schema.safeParse(value);
    if (error === undefined) return value;
    const { what, expected } = describeIssue(error.issues[0]!, { [name]: value }, optionFacts(name, 'init'));
    said = `${what}${expected === undefined ? '' : `, expected ${expected}`}. `;
  }
}
