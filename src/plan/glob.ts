/** Characters of a name that are matched already: positions in it, ascending. */
type Positions = readonly number[];

/** One part of a pattern: from each position, those at which what it matches ends. */
type Part = (name: string, from: Positions) => Positions;

/**
 * Compiles a glob: `*` is any characters but `/`, `**` any at all, `?` one but `/`, `[a-c]` and `[!a-c]` one of a set,
 * `{a,b*}` one of several patterns; `\` takes the special meaning off the next character.
 *
 * All positions that a part can reach are followed together, so that the time is at most the product of both lengths: a
 * regular expression takes for ever on some patterns with many stars.
 */
export function globMatcher(glob: string): (name: string) => boolean {
  const { part } = readSequence({ glob, ...marksOf(glob) }, 0, false);
  return (name) => part(name, [0]).at(-1) === name.length;
}

/**
 * Lists the pattern with each alternative in braces by itself, so that one that matches nothing is found; a pattern without
 * braces as it is.
 */
export function alternativesOf(glob: string): string[] {
  const pattern = { glob, ...marksOf(glob) };
  const all: string[] = [];
  for (let at = 0; at < glob.length; ) {
    const { end } = readPart(pattern, at, false);
    for (let from = at; pattern.opening.has(at) && glob[from] !== '}'; ) {
      const alternative = readSequence(pattern, from + 1, true);
      all.push(glob.slice(0, at) + glob.slice(from + 1, alternative.end) + glob.slice(end));
      from = alternative.end;
    }
    at = end;
  }
  return all.length === 0 ? [glob] : all;
}

/** Finds a brace or a bracket that nothing closes, which stands for itself; null where there is none. */
export function unclosedIn(glob: string): '{' | '[' | null {
  const pattern = { glob, ...marksOf(glob) };
  for (let at = 0; at < glob.length; ) {
    const character = glob[at]!;
    const { end } = readPart(pattern, at, false);
    if (character === '{' && end === at + 1 && !glob.includes('}', at)) return character;
    if (character === '[' && end === at + 1) return character;
    at = end;
  }
  return null;
}

/** A pattern, and which of its brackets mean something: looking for the end of each anew would take for ever. */
interface Pattern {
  readonly glob: string;
  /** Places of the braces that open several patterns. */
  readonly opening: ReadonlySet<number>;
  /** Place of the last bracket that may close a set. */
  readonly lastBracket: number;
}

/** Finds the braces that are closed behind a comma; braces in braces are read no deeper. */
function marksOf(glob: string): Omit<Pattern, 'glob'> {
  const lastBracket = glob.lastIndexOf(']');
  const marks: number[] = [];
  for (let at = 0; at < glob.length; ) {
    if ('{,}'.includes(glob[at]!)) marks.push(at);
    at =
      glob[at] === '[' ? (endOfSet({ glob, lastBracket }, at) ?? at) + 1 : at + (glob[at] === '\\' ? 2 : 1);
  }
  const opening = new Set<number>();
  let isClosed = false;
  let hasComma = false;
  for (const at of marks.reverse()) {
    if (glob[at] === '}') [isClosed, hasComma] = [true, false];
    else if (glob[at] === ',') hasComma = true;
    else if (isClosed && hasComma) opening.add(at);
  }
  return { opening, lastBracket };
}

/** A part and the place in the pattern where it ends. */
interface Read {
  readonly part: Part;
  readonly end: number;
}

/** Parts one after another, to the end of the pattern or, in braces, to the `,` or `}` that ends an alternative. */
function readSequence(pattern: Pattern, start: number, inBraces: boolean): Read {
  const { glob } = pattern;
  const parts: Part[] = [];
  let at = start;
  while (at < glob.length && !(inBraces && (glob[at] === ',' || glob[at] === '}'))) {
    const { part, end } = readPart(pattern, at, inBraces);
    parts.push(part);
    at = end;
  }
  const part: Part = (name, from) => parts.reduce((reached, each) => each(name, reached), from);
  return { part, end: at };
}

function readPart(pattern: Pattern, at: number, inBraces: boolean): Read {
  const { glob, opening } = pattern;
  const character = glob[at]!;
  if (character === '*') {
    if (glob[at + 1] !== '*') return { part: anyBut('/'), end: at + 1 };
    return glob[at + 2] === '/' ? { part: anyFolders, end: at + 3 } : { part: anyBut(''), end: at + 2 };
  }
  if (character === '?') return { part: one((each) => each !== '/'), end: at + 1 };
  if (!inBraces && opening.has(at)) return readBraces(pattern, at);
  const end = character === '[' ? endOfSet(pattern, at) : undefined;
  if (end !== undefined) return { part: oneOfSet(glob.slice(at + 1, end)), end: end + 1 };
  const isEscape = character === '\\' && at + 1 < glob.length;
  const literal = isEscape ? glob[at + 1]! : character;
  return { part: one((each) => each === literal), end: at + (isEscape ? 2 : 1) };
}

/** Alternatives in braces. */
function readBraces(pattern: Pattern, start: number): Read {
  const alternatives: Part[] = [];
  let at = start;
  while (pattern.glob[at] !== '}') {
    const { part, end } = readSequence(pattern, at + 1, true);
    alternatives.push(part);
    at = end;
  }
  const part: Part = (name, from) => united(alternatives.map((each) => each(name, from)));
  return { part, end: at + 1 };
}

/** Place of the bracket that closes a set such as `[a-z_]`; undefined where it isn't closed. */
function endOfSet(
  { glob, lastBracket }: Pick<Pattern, 'glob' | 'lastBracket'>,
  start: number,
): number | undefined {
  // A bracket right at the beginning is a member of the set.
  const second = start + (isNegated(glob[start + 1]) ? 3 : 2);
  return second > lastBracket ? undefined : glob.indexOf(']', second);
}

const isNegated = (mark: string | undefined): boolean => mark === '!' || mark === '^';

/** One character of those that stand between brackets. */
function oneOfSet(members: string): Part {
  const negated = isNegated(members[0]);
  const ranges: (readonly [from: string, to: string])[] = [];
  for (let at = negated ? 1 : 0; at < members.length; at++) {
    const isRange = members[at + 1] === '-' && at + 2 < members.length;
    ranges.push([members[at]!, members[isRange ? at + 2 : at]!]);
    if (isRange) at += 2;
  }
  const isIn = (each: string) => ranges.some(([from, to]) => each >= from && each <= to);
  return one((each) => each !== '/' && isIn(each) !== negated);
}

/** One character for which `fits` holds. */
const one =
  (fits: (character: string) => boolean): Part =>
  (name, from) =>
    from.filter((at) => at < name.length && fits(name[at]!)).map((at) => at + 1);

/** Any number of characters other than `stop`. */
const anyBut =
  (stop: string): Part =>
  (name, from) => {
    const reached: number[] = [];
    for (const start of from) {
      // A position that an earlier one reaches leads no further than that.
      if (start <= (reached.at(-1) ?? -1)) continue;
      let at = start;
      while (at < name.length && name[at] !== stop) reached.push(at++);
      reached.push(at);
    }
    return reached;
  };

/** Any number of whole folders. */
const anyFolders: Part = (name, from) => {
  const folders = anyBut('')(name, from).filter((at) => at > 0 && name[at - 1] === '/');
  return united([from, folders]);
};

function united(lists: readonly Positions[]): Positions {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}
