import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';

/** What `exports` of package.json names, in src and without the ending. */
const ENTRIES = ['index', 'runtime/index', 'keras-layers/index'];
/** `import { a, type b as c } from './d.js';`, and the same with export. */
const LISTED = /^(import|export) (type )?\{([^}]*)\} from '(\.[^']*)\.js';$/gm;
const ALL = /^export \* from '(\.[^']*)\.js';$/gm;
/** Paths that stand elsewhere: `import("./a.js").B`, `import * as a from './a.js'`. */
const OTHER = /(?:import\(|import \* as \w+ from |import )["'](\.[^"']*)\.js["']/g;

/**
 * Writes the declarations that entries need: of each file that they lead to, and not of those that an index on the way
 * lists besides.
 */
export function writeDeclarations(folder) {
  const made = mkdtempSync(join(tmpdir(), 'qgt-declarations-'));
  try {
    // The sources are checked by `npm run types`.
    const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
    execFileSync(process.execPath, [...tsc, '--emitDeclarationOnly', '--noCheck', '--outDir', made], {
      stdio: 'inherit',
    });
    for (const [name, text] of needed(readAll(made))) {
      const path = join(folder, `${name}.d.ts`);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  } finally {
    rmSync(made, { recursive: true });
  }
}

/** Texts of declarations by the path of their module. */
function readAll(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.d.ts'));
  return new Map(
    names.map((name) => [
      name.replaceAll('\\', '/').slice(0, -'.d.ts'.length),
      readFileSync(join(folder, name), 'utf8'),
    ]),
  );
}

/** The entries, and what they lead to, with every name taken from where it is declared. */
function needed(texts) {
  const found = new Map();
  const waiting = [...ENTRIES];
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (found.has(name)) continue;
    const isEntry = ENTRIES.includes(name);
    const text = texts.get(name).replace(LISTED, (_, verb, type, list, path) => {
      // What a file hands on is taken from where it is; only an entry's is asked for here.
      if (verb === 'export' && !isEntry) return '';
      return listsBySource(texts, posix.join(dirname(name), path), list)
        .map(
          ([source, names]) => `${verb} ${type ?? ''}{ ${names.join(', ')} } from '${pathTo(source, name)}';`,
        )
        .join('\n');
    });
    if (isEntry && ALL.test(text)) throw new Error(`${name}: an entry must name what it exports`);
    const own = text.replace(ALL, '');
    found.set(name, own);
    for (const [, , , , path] of own.matchAll(LISTED)) waiting.push(posix.join(dirname(name), path));
    for (const [, path] of own.matchAll(OTHER)) waiting.push(posix.join(dirname(name), path));
  }
  return found;
}

/** Names of a list, by the modules that declare them. */
function listsBySource(texts, module, list) {
  const bySource = new Map();
  for (const item of list.split(',').map((each) => each.trim())) {
    if (item === '') continue;
    const [, type = '', name, alias = name] = /^(type )?(\S+)(?: as (\S+))?$/.exec(item);
    const [source, original] = declarationOf(texts, module, name) ?? [module, name];
    const names = bySource.get(source) ?? [];
    bySource.set(source, [...names, `${type}${original}${original === alias ? '' : ` as ${alias}`}`]);
  }
  return [...bySource];
}

/** Where a name that a module exports is declared, and as what; undefined: nowhere below it. */
function declarationOf(texts, module, name) {
  const text = texts.get(module);
  for (const [, verb, , list, path] of text.matchAll(LISTED)) {
    if (verb !== 'export') continue;
    for (const item of list.split(',').map((each) => each.trim().replace(/^type /, ''))) {
      const [original, alias = original] = item.split(' as ');
      if (alias !== name) continue;
      const source = posix.join(dirname(module), path);
      return declarationOf(texts, source, original) ?? [source, original];
    }
  }
  if (
    new RegExp(
      `^(export )?(declare )?(abstract )?(class|const|enum|function|interface|let|type) ${name}\\b`,
      'm',
    ).test(text)
  )
    return [module, name];
  for (const [, path] of text.matchAll(ALL)) {
    const there = declarationOf(texts, posix.join(dirname(module), path), name);
    if (there !== undefined) return there;
  }
  return undefined;
}

function pathTo(module, from) {
  const path = posix.relative(dirname(from), module);
  return `${path.startsWith('.') ? path : `./${path}`}.js`;
}
