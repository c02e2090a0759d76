import { printable } from '../../../core/index.js';

/** Text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}
}

/** A value in a template: text is escaped, markup and lists of it stay as they are, null gives nothing. */
export type Content = string | number | Markup | null | readonly Content[];

/** A piece of HTML or SVG; whatever is put into it is escaped, since a model's names come from strangers. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(
    parts.reduce((text, part, index) => `${text}${textOf(values[index - 1] ?? null)}${part}`),
  );
}

function textOf(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  return typeof content === 'object' ? content.map(textOf).join('') : escapeText(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
