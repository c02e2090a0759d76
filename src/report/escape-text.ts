import { printable } from '../core/index.js';

/** Text that Markdown shows as it is: a model's names come from strangers, and may hold pipes and tags. */
export function escapeText(text: string): string {
  return (
    printable(text.replace(/[\s\p{Cc}]+/gu, ' '))
      .replace(/[\\`*[\]|~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
      // At its start a text in a list would be a heading, a list of its own or a line.
      .replace(/^\s*(?:\d+(?=[.)](?:\s|$))|(?=(?:#{1,6}|[-+])(?:\s|$))|(?=(?:-\s*){3,}$))/, '$&\\')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
  );
}
