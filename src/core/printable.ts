/** Characters that control a terminal, break a line, or turn the direction of what follows; halves of characters too. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu;

/** A text for one line of any output: names of layers, files, classes and columns come from strangers. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd');
}

/** A value as indented JSON in which such characters, and what some CI systems obey anywhere in a line, are escaped. */
export function printableJson(value: unknown): string {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const text = JSON.stringify(value, null, 2).replace(UNPRINTABLE, (letter) =>
    letter === '\n' ? letter : escaped(letter),
  );
  return `${text.replaceAll('##', `#${escaped('#')}`)}\n`;
}
