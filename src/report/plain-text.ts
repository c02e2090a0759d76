import { printable } from '../core/index.js';

/**
 * Text that a spreadsheet does not take for a formula, in full-width characters either: a model's names come from
 * strangers.
 *
 * @see OWASP, CSV Injection.
 */
export function plainText(text: string): string {
  const printed = printable(text);
  return /^[\s\ufffd]*[=+\-@]/.test(printed.normalize('NFKC')) ? `'${printed}` : printed;
}
