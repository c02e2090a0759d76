/**
 * A name for C for each of many names: upper case letters, digits and `_`, no two alike.
 *
 * They begin with whatever the name begins with, so a prefix has to stand before them.
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
