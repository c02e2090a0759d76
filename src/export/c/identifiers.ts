/**
 * Makes a C identifier for each name: upper case letters, digits and `_`, no two alike.
 *
 * They may begin with a digit, so the caller must add a prefix.
 */
export function identifiersFor(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
    let identifier = plain;
    for (let number = 2; taken.has(identifier); number++) identifier = `${plain}_${number}`;
    taken.add(identifier);
    return identifier;
  });
}
