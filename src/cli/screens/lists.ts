import { printable } from '../../core/index.js';
import type { ScreenStyle } from './style.js';
import { wrap } from './text.js';

/** A line of a summary. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  paint?(text: string): string;
}

/** Renders `name   value` lines with aligned values. */
export function factList(facts: readonly Fact[], { width, colours }: ScreenStyle): string {
  const size = Math.max(...facts.map(({ name }) => name.length)) + 2;
  return facts
    .map(({ name, value, paint = (text) => text }) => {
      const lines = wrap(printable(value), width - size).split('\n');
      return `${colours.dim(printable(name).padEnd(size))}${lines.map(paint).join(`\n${' '.repeat(size)}`)}`;
    })
    .join('\n');
}

/** Renders the notes not shown yet, each once, since two models may have the same; empty without any. */
export function noteList(notes: readonly string[], { width, told }: ScreenStyle): string {
  return [...new Set(notes)]
    .filter((note) => !told.has(note))
    .map((note) => wrap(`note: ${printable(note)}`, width, '      '))
    .join('\n');
}

/** Renders warnings, one a paragraph; empty without any. */
export function warningList(
  warnings: readonly { readonly text: string }[],
  { width, colours }: ScreenStyle,
): string {
  return warnings
    .map(({ text }) => colours.yellow(wrap(`warning: ${printable(text)}`, width, '      ')))
    .join('\n');
}

/** Joins the parts that are not empty, with an empty line between them. */
export function joinParts(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
