import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { build } from 'esbuild';

/** Modules that are run or imported by their path: the library, the command line, worker threads, processes. */
const ENTRIES = [
  'index',
  'cli/main',
  'data/preparation/worker',
  'engine/native/setup/check',
  'model/read/keras/worker',
  'sweep/trial-process',
];

const SHARED = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  minify: true,
  // What was read of a license comment belongs to a dependency, and none is bundled.
  legalComments: 'none',
  logLevel: 'warning',
};

/**
 * Joins the sources to modules for Node, less comments and spaces, which halves the package; the library and the command
 * line share theirs. Dependencies stay outside.
 *
 * `qgt/layers` is a module of its own: pages without a bundler import it.
 */
export async function bundlePackage(folder) {
  const { metafile } = await build({
    ...SHARED,
    entryPoints: ENTRIES.map((name) => `src/${name}.ts`),
    outbase: 'src',
    outdir: folder,
    chunkNames: '[name]-[hash]',
    splitting: true,
    metafile: true,
    plugins: [placesOfSources],
  });
  checkPlaces(metafile, folder);
  await build({
    ...SHARED,
    entryPoints: ['src/keras-layers/index.ts'],
    outfile: `${folder}/keras-layers/index.js`,
  });
}

/** Files whose text tells where they lie. */
const placed = new Set();

/** Gives `import.meta.url` the value that it has in the sources, with `dist` for `src`: workers are found by it. */
const placesOfSources = {
  name: 'places of sources',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes('import.meta.url')) return undefined;
      const source = relative('src', path).replaceAll('\\', '/');
      placed.add(`src/${source}`);
      const place = `new URL('./${source.replace(/ts$/, 'js')}', import.meta.url).href`;
      return { contents: text.replaceAll('import.meta.url', place), loader: 'ts' };
    });
  },
};

/** A place is right in modules that lie at the top of the folder alone. */
function checkPlaces({ outputs }, folder) {
  for (const [output, { inputs }] of Object.entries(outputs)) {
    if (!output.slice(folder.length + 1).includes('/')) continue;
    const wrong = Object.keys(inputs).find((input) => placed.has(input));
    if (wrong !== undefined)
      throw new Error(`${wrong} is part of ${output}, where import.meta.url is another`);
  }
}
