import type { Command } from './command.js';

/** `qgt completion`, which has no options and needs no pipeline. */
export const completion: Pick<Command, 'describe' | 'operands' | 'examples'> & {
  readonly name: 'completion';
} = {
  name: 'completion',
  describe: 'Print a script with which bash and zsh complete commands, options and values',
  operands: {},
  examples: [
    { line: 'qgt completion >> ~/.bashrc', does: 'for bash, from the next terminal on' },
    { line: 'qgt completion >> ~/.zshrc', does: 'for zsh' },
  ],
};
