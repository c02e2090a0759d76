import { describeError, type ErrorCode, QgtError } from './errors.js';
import { isNestedDeeper, MAX_NESTING } from './nesting.js';

/** Error code and remedy of the error that `parseJson` throws. */
export interface JsonKind {
  readonly code: ErrorCode;
  readonly remedy: string;
}

/**
 * Parses JSON and, where it is not valid, says in which line and column.
 *
 * @param where  The file, for the message.
 * @throws QgtError of the code of `kind`, also where it is nested so deep that walking it would exhaust the stack.
 */
export function parseJson(text: string, where: string, kind: JsonKind): unknown {
  const value = parseText(text, where, kind);
  if (isNestedDeeper(value)) {
    throw new QgtError(kind.code, {
      where,
      what: 'lists and objects are nested too deep',
      expected: `at most ${MAX_NESTING} levels`,
      remedy: kind.remedy,
    });
  }
  return value;
}

function parseText(text: string, where: string, { code, remedy }: JsonKind): unknown {
  const withoutMark = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(withoutMark);
  } catch (cause) {
    const offset = firstErrorOffset(withoutMark);
    const before = withoutMark.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    throw new QgtError(code, {
      where: `${where}:${line}:${column}`,
      what: `not valid JSON (${describeError(cause).split('\n')[0]})`,
      remedy: offset >= withoutMark.length ? 'the file ends too early; copy it again' : remedy,
      cause,
    });
  }
}

/** Most characters of a value in a message. */
const MAX_SHOWN = 60;

/** A value from a file in a message, cut where it is long; `nothing` where it is missing. */
export function shownJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

const TOKEN =
  /\s*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/uy;

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma or end';

/** Offset of the first invalid character of a JSON text, by a state machine with a stack: JSON.parse has none. */
function firstErrorOffset(text: string): number {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  TOKEN.lastIndex = 0;
  for (;;) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) return start + /^\s*/.exec(text.slice(start))![0].length;
    const next = afterToken(expected, match[1], match[2], open);
    if (next === undefined) return TOKEN.lastIndex - (match[1] ?? match[2]!).length;
    expected = next;
  }
}

function afterToken(
  expected: Expected,
  mark: string | undefined,
  scalar: string | undefined,
  open: ('{' | '[')[],
): Expected | undefined {
  const inObject = open.at(-1) === '{';
  if (expected === 'colon') return mark === ':' ? 'value' : undefined;
  if (expected === 'comma or end') {
    if (mark === ',' && open.length > 0) return inObject ? 'key' : 'value';
    return mark === (inObject ? '}' : ']') && open.pop() !== undefined ? 'comma or end' : undefined;
  }
  if (expected === 'key' || expected === 'key or }') {
    if (expected === 'key or }' && mark === '}') return open.pop() && 'comma or end';
    return scalar?.startsWith('"') ? 'colon' : undefined;
  }
  if (mark === '{' || mark === '[') {
    open.push(mark);
    return mark === '{' ? 'key or }' : 'value or ]';
  }
  if (expected === 'value or ]' && mark === ']') return open.pop() && 'comma or end';
  return scalar === undefined ? undefined : 'comma or end';
}
