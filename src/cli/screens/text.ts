import { stripVTControlCharacters } from 'node:util';

/**
 * Breaks a text between words so that no line is longer than `width`; a longer word is cut.
 *
 * @param indent  Text before every line except the first; it counts toward the width.
 */
export function wrap(text: string, width: number, indent = ''): string {
  const room = Math.max(indent.length + 8, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (fits(joined, room)) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = `${indent}${word}`;
    while (!fits(line, room)) {
      lines.push(line.slice(0, room));
      line = `${indent}${line.slice(room)}`;
    }
  }
  return [...lines, line].join('\n');
}

/** Whether a line fits the width; colour codes take no columns. */
function fits(line: string, width: number): boolean {
  return [...stripVTControlCharacters(line)].length <= width;
}

/** Formats a count with its noun: `1 sample`, `360 samples`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
