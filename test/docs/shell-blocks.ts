import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The pages whose blocks of commands are run, or say why not. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** A command of a block. */
export interface DocsCommand {
  /** As a shell takes it, in one line. */
  readonly line: string;
  /** Why it is not run; undefined: it is. */
  readonly reason: string | undefined;
}

/** A block of commands of a page: of a shell (```` ```sh ````), or without a language. */
export interface ShellBlock {
  /** Of the page, 1 is the first. */
  readonly lineNumber: number;
  readonly language: 'sh' | '';
  readonly commands: readonly DocsCommand[];
}

const FENCED = /^((?:<!-- not run: .+ -->\n)*)```(.*)\n([\s\S]*?)^```$/gm;
/** A mark before a block: why it isn't run, or why the commands that begin so are not. */
const MARK = /<!-- not run: (?:`([^`]+)`: )?(.+) -->/g;

/** Reads the blocks of commands of a page, by its path in the checkout. */
export function blocksOf(page: string): ShellBlock[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(FENCED)].flatMap(({ 1: marks, 2: language, 3: body, index }) => {
    if (language !== 'sh' && language !== '') return [];
    const reasons = [...marks!.matchAll(MARK)].map(([, begins = '', reason]) => ({
      begins,
      reason: reason!,
    }));
    const commands = body!
      .replace(/\\\n\s*/g, '')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => ({ line, reason: reasons.find(({ begins }) => line.startsWith(begins))?.reason }));
    for (const { begins } of reasons)
      if (!commands.some(({ line }) => line.startsWith(begins)))
        throw new Error(`${page}: no command begins with \`${begins}\``);
    return [{ lineNumber: text.slice(0, index + marks!.length).split('\n').length, language, commands }];
  });
}

/** The commands of qgt in a line, each as its words; what follows a pipe, and comments, are not part of them. */
export function qgtCommandsOf(line: string): string[][] {
  return line
    .replace(/ +# .*$/, '')
    .split(/ +(?:&&|\|\|?) +/)
    .map((command) =>
      [...command.replace(/ +> .*$/, '').matchAll(/'([^']*)'|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain!,
      ),
    )
    .map((words) => (words[0] === 'npx' ? words.slice(1) : words))
    .flatMap((words) => (words[0] === 'qgt' ? [words.slice(1)] : []));
}
