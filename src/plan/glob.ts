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
  const { part } = readSequence(glob, 0, false);
  return (name) => part(name, [0]).at(-1) === name.length;
}

/** A part and the place in the pattern where it ends. */
interface Read {
  readonly part: Part;
  readonly end: number;
}

/** Parts one after another, to the end of the pattern or, in braces, to the `,` or `}` that ends an alternative. */
function readSequence(glob: string, start: number, inBraces: boolean): Read {
  const parts: Part[] = [];
  let at = start;
  while (at < glob.length && !(inBraces && (glob[at] === ',' || glob[at] === '}'))) {
    const { part, end } = readPart(glob, at, inBraces);
    parts.push(part);
    at = end;
  }
  const part: Part = (name, from) => parts.reduce((reached, each) => each(name, reached), from);
  return { part, end: at };
}

function readPart(glob: string, at: number, inBraces: boolean): Read {
  const character = glob[at]!;
  if (character === '*') {
    if (glob[at + 1] !== '*') return { part: anyBut('/'), end: at + 1 };
    return glob[at + 2] === '/' ? { part: anyFolders, end: at + 3 } : { part: anyBut(''), end: at + 2 };
  }
  if (character === '?') return { part: one((each) => each !== '/'), end: at + 1 };
  // Braces in braces are read no deeper, so that nesting can't exhaust the stack.
  const group = character === '{' && !inBraces ? readBraces(glob, at) : undefined;
  const found = group ?? (character === '[' ? readSet(glob, at) : undefined);
  if (found !== undefined) return found;
  const isEscape = character === '\\' && at + 1 < glob.length;
  const literal = isEscape ? glob[at + 1]! : character;
  return { part: one((each) => each === literal), end: at + (isEscape ? 2 : 1) };
}

/** Alternatives in braces; undefined where they aren't closed, or there is only one. */
function readBraces(glob: string, start: number): Read | undefined {
  const alternatives: Part[] = [];
  let at = start;
  while (glob[at] !== '}') {
    const { part, end } = readSequence(glob, at + 1, true);
    if (end >= glob.length) return undefined;
    alternatives.push(part);
    at = end;
  }
  if (alternatives.length === 1) return undefined;
  const part: Part = (name, from) => united(alternatives.map((each) => each(name, from)));
  return { part, end: at + 1 };
}

/** One character of a set such as `[a-z_]`; undefined where it isn't closed. */
function readSet(glob: string, start: number): Read | undefined {
  const negated = glob[start + 1] === '!' || glob[start + 1] === '^';
  const first = start + (negated ? 2 : 1);
  // A bracket right at the beginning is a member of the set.
  const end = glob.indexOf(']', first + 1);
  if (end < 0) return undefined;
  const ranges: (readonly [from: string, to: string])[] = [];
  for (let at = first; at < end; at++) {
    const isRange = glob[at + 1] === '-' && at + 2 < end;
    ranges.push([glob[at]!, glob[isRange ? at + 2 : at]!]);
    if (isRange) at += 2;
  }
  const isIn = (each: string) => ranges.some(([from, to]) => each >= from && each <= to);
  return { part: one((each) => each !== '/' && isIn(each) !== negated), end: end + 1 };
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
