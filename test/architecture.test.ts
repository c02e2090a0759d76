import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../src/', import.meta.url));

/** What each folder of src may import, itself aside. */
const STAGES = ['model', 'data', 'plan', 'train', 'pack', 'runtime', 'export', 'report'];
const ALLOWED: Record<string, string[]> = {
  core: [],
  quantize: ['core'],
  engine: ['core', 'quantize'],
  ...Object.fromEntries(STAGES.map((stage) => [stage, ['core', 'quantize', 'engine']])),
  runtime: ['pack'],
  export: ['core', 'quantize', 'pack'],
  pack: ['core', 'quantize'],
  pipeline: ['core', 'quantize', 'engine', ...STAGES],
  cli: ['core', 'quantize', 'engine', ...STAGES, 'pipeline'],
};
const BROWSER = ['core', 'quantize', 'pack', 'runtime'];
const FILES_ALLOWED = ['model', 'data', 'export', 'engine', 'pipeline', 'cli'];
/** The engine's set-up hands TensorFlow its settings and takes Emscripten's listeners off; runtime asks where it runs. */
const PROCESS_ALLOWED =
  /^(cli\/|engine\/(native|embedded)\/|runtime\/local-file\.ts|pipeline\/output-folder\.ts)/;

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
      return { path, folder: path.includes('/') ? path.slice(0, path.indexOf('/')) : '', text, imports };
    }),
  );
}

const files = await sourceFiles();

describe('architecture', () => {
  it('imports go one way', () => {
    for (const { path, folder, imports } of files) {
      if (folder === '') continue;
      for (const target of imports.filter((each) => each.startsWith('.'))) {
        const resolved = relative(root, join(root, path, '..', target)).split('/')[0]!;
        assert.ok(resolved === folder || ALLOWED[folder]!.includes(resolved), `${path} imports ${target}`);
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
