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
      return command === '' ? told : `${told}\n${commandLines(printable(command), width)}`;
    })
    .join('\n');
}

/** A command on several lines, which a shell takes for one. */
function commandLines(command: string, width: number): string {
  const room = width - INDENT.length - 2;
  const lines: string[] = [];
  for (const word of command.match(/(?:[^\s']|'[^']*')+/g) ?? []) {
    const joined = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && joined.length <= room) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  const cut = lines.flatMap((line) => wrap(line, room).split('\n'));
  return cut.map((line) => `${INDENT}${line}`).join(' \\\n');
}
