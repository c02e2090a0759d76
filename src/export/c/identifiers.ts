/** Endings that the prefixes of tensors have in names of our own: QGT_TENSOR_COUNT. */
const OWN = ['COUNT'];

/**
 * Makes a C identifier for each name: upper case letters, digits and `_`, no two alike and none of our own.
 *
 * They may begin with a digit or be a keyword, so the caller must add a prefix.
 */
export function identifiersFor(names: readonly string[]): string[] {
  const taken = new Set(OWN);
  const numbers = new Map<string, number>();
  return names.map((name) => {
    const plain = name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
    let identifier = plain;
    let number = numbers.get(plain) ?? 1;
    while (taken.has(identifier)) identifier = `${plain}_${++number}`;
    numbers.set(plain, number);
    taken.add(identifier);
    return identifier;
  });
}
