import { printable } from '../../core/index.js';
import type { Report } from '../../report/index.js';
import type { ScreenStyle } from './style.js';
import { wrap } from './text.js';

const MAX_STEPS = 3;
const INDENT = '   ';

/** Renders the next commands with what they give; empty where the report has no advice. */
export function nextCommands({ advice }: Pick<Report, 'advice'>, { width, colours }: ScreenStyle): string {
  return advice
    .slice(0, MAX_STEPS)
    .map(({ text, command }, index) => {
      const told = colours.bold(wrap(`${index + 1}. ${printable(text)}`, width, INDENT));
      // A command is never broken: inside quotes nothing may be put, and a terminal wraps it so that it copies whole.
      return command === '' ? told : `${told}\n${INDENT}${printable(command)}`;
    })
    .join('\n');
}

/** Renders why a trained model lost what it lost; empty where that is not known. */
export function causeLines({ causes }: Pick<Report, 'causes'>, { width }: ScreenStyle): string {
  return causes.map(({ text }) => wrap(`why: ${printable(text)}`, width, '     ')).join('\n');
}
