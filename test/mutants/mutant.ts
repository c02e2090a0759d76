/** A change that makes the source wrong, and the tests that have to notice. */
export interface Mutant {
  /** What is wrong with it. */
  readonly name: string;
  readonly file: string;
  /** Text that occurs once in the file, and what stands there in its place. */
  readonly text: string;
  readonly replacement: string;
  /** Test files, each of which has to fail. */
  readonly tests: readonly string[];
}

/** How often the source text of a mutant occurs in `source`; 1 where the list is right. */
export function occurrences({ text }: Mutant, source: string): number {
  return source.split(text).length - 1;
}

/** The source with the mutant's change in it. */
export function mutated({ text, replacement }: Mutant, source: string): string {
  return source.split(text).join(replacement);
}
