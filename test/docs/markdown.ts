/** A table in Markdown; cells as they are. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map(line).join('\n');
}

function line(cells: readonly string[]): string {
  return `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;
}

/** Plain text as a cell of a table has it. */
export function escapeCell(text: string): string {
  return text.replace(/[|*<]/g, '\\$&');
}

/**
 * A page with one of its parts written anew: what stands between `<!-- name: ... -->` and `<!-- end of name -->`.
 *
 * @throws Error where the page has no such part.
 */
export function fillPart(page: string, name: string, text: string): string {
  const part = new RegExp(`(<!-- ${name}: [^\\n]* -->\\n\\n)[^]*?(\\n\\n<!-- end of ${name} -->)`);
  if (!part.test(page)) throw new Error(`the page has no part between <!-- ${name}: ... --> and its end`);
  return page.replace(part, (_, start: string, end: string) => `${start}${text}${end}`);
}
