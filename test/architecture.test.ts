import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../src/', import.meta.url));

/**
 * The floors of src, the lowest first: a folder imports only from floors below its own, and from itself. Types and
 * re-exports count. docs/architecture.md says what each folder is for.
 */
const FLOORS = [
  ['core'],
  ['quantize', 'keras-layers', 'files'],
  ['engine', 'report'],
  ['model', 'data', 'pack', 'plan'],
  ['metrics'],
  ['train'],
  ['session'],
  ['compression'],
  ['mixed-precision'],
  ['analysis'],
  ['export', 'runtime'],
  ['pipeline'],
  ['sweep'],
  ['cli'],
];
/** Folders that import less than their floor allows, for what they are bundled into. */
const NARROW: Readonly<Record<string, readonly string[]>> = { runtime: ['core', 'quantize', 'pack'] };
const BROWSER = ['core', 'keras-layers', 'quantize', 'pack', 'runtime'];
const FILES_ALLOWED = ['files', 'model', 'data', 'session', 'export', 'engine', 'pipeline', 'sweep', 'cli'];
/** Reading HDF5 is timed by the processor. Trials of a sweep are processes. The engine's set-up hands TensorFlow its settings and takes Emscripten's listeners off; runtime asks where it runs. */
const PROCESS_ALLOWED =
  /^(cli\/|sweep\/|engine\/(native|embedded)\/|runtime\/local-file\.ts|files\/|model\/read\/keras\/thread\.ts)/;

interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly string[];
}

async function sourceFiles(): Promise<SourceFile[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ts'));
  return Promise.all(
    files.map(async (entry) => {
      const path = relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
      const text = await readFile(join(root, path), 'utf8');
      const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
      return { path, folder: folderOf(path), text, imports };
    }),
  );
}

const folderOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : '');

/** The project's own files that a file imports, relative to src. */
const targetsOf = (path: string, imports: readonly string[]): string[] =>
  imports
    .filter((each) => each.startsWith('.'))
    .map((each) =>
      relative(root, join(root, path, '..', each))
        .replaceAll('\\', '/')
        .replace(/\.js$/, '.ts'),
    );

function floorOf(folder: string): number {
  const floor = FLOORS.findIndex((folders) => folders.includes(folder));
  assert.notEqual(floor, -1, `src/${folder} stands on no floor`);
  return floor;
}

const files = await sourceFiles();

describe('architecture', () => {
  it('every folder stands on a floor, and imports only from floors below', () => {
    for (const { path, folder, imports } of files) {
      if (folder === '') continue;
      const below = FLOORS.slice(0, floorOf(folder)).flat();
      for (const target of targetsOf(path, imports)) {
        const other = folderOf(target);
        if (other === folder) continue;
        assert.ok((NARROW[folder] ?? below).includes(other), `${path} imports ${target}`);
      }
    }
  });

  it('what runs in a browser imports nothing of Node', () => {
    for (const { path, folder, imports } of files.filter((file) => BROWSER.includes(file.folder))) {
      assert.deepEqual(
        imports.filter((each) => !each.startsWith('.')),
        [],
        `${folder}: ${path}`,
      );
    }
  });

  it('only tensor folders import tfjs, and only by src/engine', () => {
    for (const { path, folder, imports } of files) {
      if (folder === 'engine') continue;
      assert.ok(!imports.some((each) => each.startsWith('@tensorflow/')), path);
    }
  });

  it('the file system and the process are touched where they may be', () => {
    for (const { path, folder, text, imports } of files) {
      const usesFiles = imports.some((each) => each.startsWith('node:fs'));
      assert.ok(!usesFiles || FILES_ALLOWED.includes(folder), `${path} touches the file system`);
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      if (!PROCESS_ALLOWED.test(path)) assert.doesNotMatch(code, /\bprocess\.|\bconsole\./, path);
    }
  });

  it('a header names its thing: it begins with no Of, That, As, Whom or What', () => {
    for (const { path, text } of files) {
      const [riddle] = /^ *\/\*\*\s+(\* )?(Of|That|As|Whom|Whose|What) .*/m.exec(text) ?? [];
      assert.equal(riddle, undefined, path);
    }
  });

  it('docs/architecture.md names the floors in their order, and files that are there', async () => {
    const page = await readFile(join(root, '../docs/architecture.md'), 'utf8');
    const arrows = /^ {2}core --> (.*)\n {2}session --> (.*)$/m.exec(page);
    const drawn = ['core', ...arrows![1]!.split(' --> '), ...arrows![2]!.split(' --> ')];
    const names = drawn.map((floor) =>
      floor
        .split(' & ')
        .map((name) => name.replace(/^mixed$/, 'mixed-precision').replace(/^keras$/, 'keras-layers')),
    );
    assert.deepEqual(names, FLOORS);
    const paths = [...page.matchAll(/`(src\/[^`*]+)`/g)].map((match) => match[1]!);
    assert.ok(paths.length > 20);
    for (const path of paths)
      await assert.doesNotReject(stat(join(root, '..', path)), `${path} is not there`);
  });

  it('no report of the suite escapes validation: tests compress and analyze by test/validated.ts', async () => {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    const entries = await readdir(folder, { recursive: true });
    for (const entry of entries.filter((path) => /^(?!bench).*\.(test|long)\.ts$/.test(path))) {
      const text = await readFile(join(folder, entry), 'utf8');
      const own = /import [^;]*\b(compress|analyze)\b[^;]*from '\.[^']*src\/(index|pipeline\/[a-z-]+)\.js'/;
      assert.doesNotMatch(text, own, `${entry}: take it from test/validated.ts`);
    }
  });
});
