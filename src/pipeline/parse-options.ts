import type { z } from 'zod';
import { QgtError } from '../core/index.js';
import { type CommandName, commandSchemas } from './options/commands.js';
import { formerNames } from './options/former-names.js';

/** The message of zod for a value that none of several forms fits. */
const UNNAMED = 'Invalid input';

/** A command's options with every default filled in, also that which depends on another option. */
export type ParsedOptions<Name extends CommandName> = WithQuantizer<z.output<(typeof commandSchemas)[Name]>>;

type WithQuantizer<Options> = Options extends { quantizer?: infer Quantizer }
  ? Options & { readonly quantizer: NonNullable<Quantizer> }
  : Options;

/**
 * Checks a command's options and fills in the defaults.
 *
 * @param given  The command that was given, where it runs the other one.
 * @throws QgtError `usage`, naming each option that is wrong, or the current name of one that was renamed.
 */
export function parseOptions<Name extends CommandName>(
  command: Name,
  options: unknown,
  given: CommandName = command,
): ParsedOptions<Name> {
  const parsed = commandSchemas[command].safeParse(options);
  if (parsed.success) return parsed.data as ParsedOptions<Name>;
  const issues = parsed.error.issues
    .flatMap(reasonsOf)
    .map(({ path, message }) => `${path.join('.') || given}: ${message}`);
  const renamed = Object.keys(Object(options)).find((name) => formerNames.has(name));
  if (renamed !== undefined) {
    const remedy = `write ${formerNames.get(renamed)}`;
    throw new QgtError('usage', { where: given, what: `${renamed} has another name now`, remedy });
  }
  throw new QgtError('usage', {
    where: given,
    what: issues.join('; '),
    remedy: `see \`qgt ${given} --help\``,
  });
}

type Issue = z.core.$ZodIssue;

/** The reasons why a value is wrong: where it may have several forms, those of the one that it has, if that can be told. */
function reasonsOf(issue: Issue): Pick<Issue, 'path' | 'message'>[] {
  if (issue.code !== 'invalid_union' || issue.message !== UNNAMED) return [issue];
  const ofItsForm = issue.errors.filter(
    (reasons) => !reasons.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  const [reasons] = ofItsForm;
  if (ofItsForm.length !== 1 || reasons === undefined) return [issue];
  return reasons.flatMap(reasonsOf).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
}
