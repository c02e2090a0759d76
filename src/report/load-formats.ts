/** A format of a report, of a sweep or of a difference. */
interface Format {
  readonly name: string;
  load?(): Promise<unknown>;
}

/**
 * Loads what the formats that were asked for need, before any work is done for them.
 *
 * @throws QgtError `not-installed`.
 */
export async function loadFormats(
  formats: readonly Format[],
  asked: readonly (string | undefined)[],
): Promise<void> {
  for (const { name, load } of formats) if (asked.includes(name)) await load?.();
}
