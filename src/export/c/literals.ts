const LINE_CHARACTERS = 96;

/** Writes a float constant that a C compiler rounds back to the same float32; `NAN` and `INFINITY` are those of math.h. */
export function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return 'NAN';
  if (!Number.isFinite(value)) return value < 0 ? '-INFINITY' : 'INFINITY';
  // Nine digits distinguish any two float32 values.
  const digits = `${Object.is(value, -0) ? '-0' : Number(value.toPrecision(9))}`;
  return `${/[.e]/.test(digits) ? digits : `${digits}.0`}f`;
}

/** A string constant in ASCII; octal escapes end after three digits, whatever follows. */
export function stringLiteral(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const escaped = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w/:. -]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${escaped.join('')}"`;
}

/** `static const TYPE NAME[] = {…};`; C has no arrays without elements, so there must be one at least. */
export function arrayDefinition(type: string, name: string, literals: readonly string[]): string {
  const lines: string[] = [];
  let line = ' ';
  for (const literal of literals) {
    if (line.length + literal.length + 2 > LINE_CHARACTERS) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${literal},`;
  }
  return `static const ${type} ${name}[] = {\n${[...lines, line].join('\n')}\n};\n`;
}
