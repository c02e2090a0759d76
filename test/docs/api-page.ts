import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** What `exports` of package.json names, and what each is for. */
const ENTRIES = [
  { name: 'qgt', file: 'index.ts', what: 'The commands as functions. They print nothing.' },
  {
    name: 'qgt/runtime',
    file: 'runtime/index.ts',
    what: 'Loads a `.qgt`, in a browser and in Node ([runtime.md](runtime.md)).',
  },
  {
    name: 'qgt/layers',
    file: 'keras-layers/index.ts',
    what: 'Layers of Keras that stock TensorFlow.js lacks ([runtime.md](runtime.md#layers-that-stock-tensorflowjs-lacks)).',
  },
] as const;

/** Types that are made of a zod schema, by the end of their name, and what describes them. */
const OPTIONS = 'Options';
const REPORT = 'Described by [report.md](report.md) and [report.schema.json](report.schema.json).';

/** `export { a, type b } from './c.js'`; the first group marks types, the last is the path. */
const LISTED = /^export (?:type )?\{([^}]*)\} from '(\.[^']*)\.js';$/gm;
const ALL = /^export \* from '(\.[^']*)\.js';$/gm;

/** Longest line of a signature. */
const MAX_WIDTH = 110;

/** Something that an entry exports. */
interface Exported {
  readonly name: string;
  /** As in the source, without `export` and without a body. */
  readonly signature: string;
  /** Text of the docstring, in Markdown. */
  readonly text: string;
}

/** docs/api.md: each export of the package, with its signature and its docstring. */
export function renderApiPage(): string {
  const entryOf = new Map<string, string>();
  const sections = ENTRIES.map(({ name, file, what }) => {
    const names = namesOf(file);
    const shared = names.filter((each) => entryOf.has(each));
    const own = names.filter((each) => !entryOf.has(each)).map((each) => findExport(file, each));
    for (const each of own) entryOf.set(each.name, name);
    const options = own.filter(({ name: each, signature }) => each.endsWith(OPTIONS) && isMade(signature));
    const others = own.filter((each) => !options.includes(each)).toSorted((a, b) => rank(a) - rank(b));
    return [
      `## ${name}`,
      what,
      ...(shared.length === 0 ? [] : [`Also, as above: ${shared.map(linkTo).join(', ')}.`]),
      ...others.map(sectionOf),
      ...(options.length === 0 ? [] : [optionsOf(options)]),
    ].join('\n\n');
  });
  return `${[INTRODUCTION, ...sections].join('\n\n')}\n`;
}

const INTRODUCTION = `# The library

<!-- Written by \`npm run docs\` from the docstrings of the sources: change those. -->

Every export of the package, by entry: functions first, then types. Errors are instances of \`QgtError\`.`;

/** Functions stand before classes and constants, and these before types. */
const rank = ({ signature }: Exported): number =>
  [/^function/, /^(class|const)/, /^/].findIndex((kind) => kind.test(signature));

const linkTo = (name: string): string => `[${name}](#${name.toLowerCase()})`;
const isMade = (signature: string): boolean => /\bz\./.test(signature);

function optionsOf(options: readonly Exported[]): string {
  const names = options.map(({ name }) => `\`${name}\``);
  return `### Options of the commands\n\n${names.join(', ')}: the options of [the command](cli.md) each, in camelCase.`;
}

/** @throws Error where there is no docstring. */
function sectionOf({ name, signature, text }: Exported): string {
  if (text === '') throw new Error(`${name} is exported without a docstring`);
  if (name === 'Report' || name === 'reportSchema') return [`### ${name}`, text, REPORT].join('\n\n');
  return [`### ${name}`, text, ['```ts', signature, '```'].join('\n')].join('\n\n');
}

/** The names that an entry exports, in its order. */
function namesOf(file: string): string[] {
  const text = read(file);
  const listed = [...text.matchAll(LISTED)].flatMap(([, list]) => itemsOf(list!));
  const own = [...text.matchAll(/^export (?:async )?(?:function|interface|class|const|type) (\w+)/gm)];
  return [...listed, ...own.map(([, name]) => name!)];
}

const itemsOf = (list: string): string[] =>
  list
    .split(',')
    .map((item) => item.trim().replace(/^type /, ''))
    .filter((item) => item !== '');

/**
 * Follows a name from module to module to its declaration.
 *
 * @throws Error where it leads nowhere.
 */
function findExport(file: string, name: string): Exported {
  const found = searchExport(file, name);
  if (found === null) throw new Error(`${file}: no declaration of ${name}`);
  return found;
}

function searchExport(file: string, name: string): Exported | null {
  const text = read(file);
  const own = declarationIn(text, name);
  if (own !== null) return own;
  const listing = [...text.matchAll(LISTED)].find(([, list]) => itemsOf(list!).includes(name));
  const paths = listing === undefined ? [...text.matchAll(ALL)].map(([, path]) => path!) : [listing[2]!];
  for (const path of paths) {
    const found = searchExport(`${join(dirname(file), path)}.ts`, name);
    if (found !== null) return found;
  }
  return null;
}

function declarationIn(text: string, name: string): Exported | null {
  const start = text.search(
    new RegExp(`^export (async )?(abstract )?(function|interface|class|const|type) ${name}\\b`, 'm'),
  );
  if (start === -1) return null;
  const before = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n$/.exec(text.slice(0, start));
  return {
    name,
    signature: signatureOf(text.slice(start)),
    text: before === null ? '' : proseOf(before[1]!),
  };
}

/** The first declaration of a text: types whole, functions with all their overloads and without a body. */
function signatureOf(text: string): string {
  const plain = text.replace(/^export (async )?/, '');
  const kind = /^\w+/.exec(plain)![0];
  if (kind === 'function') return functionOf(plain);
  const end = {
    interface: /(?<=\n\})\n|(?<=\{\})\n/,
    class: /(?<=\n\})\n/,
    type: /(?<=;)\n(?=\S|\n|$)/,
    const: / = /,
  }[kind as 'type'];
  const whole = beforeEnd(plain, end);
  return kind === 'class' ? withoutBodies(whole) : whole;
}

/** A function's signatures: of one that has overloads these alone. */
function functionOf(text: string): string {
  const name = /^function (\w+)/.exec(text)![1]!;
  const overloads = text.split(new RegExp(`^export (?:async )?(?=function ${name}\\b)`, 'm'));
  const shown = overloads.length === 1 ? overloads : overloads.slice(0, -1);
  return shown
    .map((each) => beforeEnd(each, overloads.length === 1 ? /\s*\{\n {2}\S/ : /(?<=;)\n/))
    .map((each) => onOneLine(each.replace(/\{[^{}]*\}: RunControls/, 'controls: RunControls')))
    .join('\n\n');
}

const beforeEnd = (text: string, end: RegExp): string => {
  const length = text.search(end);
  return length === -1 ? text.trimEnd() : text.slice(0, length);
};

/** Parameters that stand one to a line, on one line where they fit. */
function onOneLine(signature: string): string {
  const joined = signature
    .replace(/\(\n\s*/, '(')
    .replace(/,\n\s*\)/, ')')
    .replace(/,\n\s*/g, ', ');
  return joined.length > MAX_WIDTH || joined.includes('\n') ? signature : joined;
}

/** A class without the bodies of its methods, and without what is private. */
const withoutBodies = (text: string): string =>
  text
    .replace(/\) \{\n[\s\S]*?\n {2}\}/g, ');')
    .replace(/(\) ?: ?[^{};\n]+) \{\n[\s\S]*?\n {2}\}/g, '$1;')
    .replace(/\n {2}private [^\n]*/g, '');

/** A docstring as Markdown: its tags as a list. */
function proseOf(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim());
  const text = lines.join('\n').trim();
  const [prose, ...tags] = text.split(/^@/m);
  const items = tags.map((tag) => `- ${tagText(tag.replace(/\s*\n\s*/g, ' ').trim())}`);
  const paragraphs = prose!.trim().replace(/([^\n])\n(?=[^\n])/g, '$1 ');
  return [paragraphs, items.join('\n')].filter((part) => part !== '').join('\n\n');
}

function tagText(tag: string): string {
  const [, kind, rest] = /^(\w+)\s*([\s\S]*)$/.exec(tag)!;
  if (kind === 'param') return rest!.replace(/^(\S+)\s+/, '`$1`: ');
  return `${{ returns: 'Returns', throws: 'Throws', see: 'See' }[kind!] ?? kind}: ${rest}`;
}

function read(file: string): string {
  const path = join(SRC, file);
  if (!existsSync(path)) throw new Error(`${path}: no such module`);
  return readFileSync(path, 'utf8');
}
