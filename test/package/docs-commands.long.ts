import assert from 'node:assert/strict';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import { parse } from 'npyjs';
import sharp from 'sharp';
import { blocksOf, pages } from '../docs/shell-blocks.js';
import { digits } from '../pipeline/digits.js';
import { type Installed, installPackage, root, say } from './installed.js';

/** Its blocks are steps, one after another: install.long.ts. */
const TUTORIAL = 'docs/tutorial.md';
/** Trains as long as a test needs; everything else is as the docs say. */
const SHORT = { commands: { compress: { epochs: 3 }, sweep: { epochs: 1 } } };

const CUSTOM_LAYERS = `export default (tf) => {
  class MyLayer extends tf.layers.Layer {
    static className = 'MyLayer';
  }
  tf.serialization.registerClass(MyLayer);
};
`;

/**
 * Every command of README and docs that no mark excuses, on the package as it is installed. Commands of one block are
 * often alternatives, so that each has a folder of its own, with a model, data and former runs under the names that
 * the docs use.
 */
describe('the commands of the docs, on the installed package', () => {
  let installed: Installed;
  let shelf: string;

  before(async () => {
    installed = await installPackage();
    const { project } = installed;
    const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
    await writeFile(join(project, 'package.json'), JSON.stringify({ ...manifest, qgt: SHORT }));
    const libraries = blocksOf('README.md').flatMap(({ commands }) =>
      commands.map(({ line }) => line).filter((line) => /^npm install (?!qgt)/.test(line)),
    );
    assert.ok(libraries.length > 0);
    for (const line of libraries) await succeeds(line, project);
    shelf = join(project, 'shelf');
    await fillShelf(shelf);
  });
  after(() => rm(installed.folder, { recursive: true }));

  for (const { where, line } of commandsToRun())
    it(`${where}: ${line}`, async () => {
      const place = join(installed.project, 'place');
      await cp(join(shelf, 'files'), place, { recursive: true });
      for (const [name, kind] of formerRunsOf(line)) await layOut(name, kind, place);
      await runCommand(line, place);
      await rm(place, { recursive: true });
    });

  it('works with the library for .h5 that the README installs', () =>
    succeeds(`npx qgt inspect ${join(root, 'fixtures/keras-files/nested.h5')}`, installed.project));

  /** Runs a command in its folder, and looks at the page that it writes. */
  async function runCommand(line: string, place: string): Promise<void> {
    await succeeds(line.replace(/^npm install qgt$/, `npm install ${installed.tarball}`), place);
    const [, html] = /> (\S+\.html)/.exec(line) ?? [];
    if (html !== undefined) assert.match(await readFile(join(place, html), 'utf8'), /<svg /);
  }

  /** Puts the folder of a former run where a command looks for it. */
  async function layOut(name: string, kind: FormerRun, place: string): Promise<void> {
    await cp(join(shelf, kind), join(place, name), { recursive: true });
  }

  /** A model, data and a sweep's file, a run and a sweep before and after it is run, each made by the package. */
  async function fillShelf(folder: string): Promise<void> {
    const files = join(folder, 'files');
    await mkdir(files, { recursive: true });
    const model = await readFile(digits.model, 'utf8');
    await writeFile(join(files, 'model.json'), model.replaceAll('"residual', '"conv2d_3'));
    await cp(digits.model.replace('model.json', 'weights.bin'), join(files, 'weights.bin'));
    for (const name of ['train', 'test'] as const) await cp(digits[name], join(files, `${name}.npz`));
    await writeImages(digits.train, join(files, 'images'));
    await writeImages(digits.test, join(files, 'test'));
    const spec = { models: [{ model: 'model.json', data: 'train.npz' }], grid: { bits: [2, 4] } };
    await writeFile(join(files, 'sweep.json'), JSON.stringify(spec));
    await writeFile(join(files, 'my-layers.mjs'), CUSTOM_LAYERS);
    await succeeds('npx qgt compress model.json --bits 2 --data train.npz -o ../run', files);
    await succeeds('npx qgt export ../run/model.qgt --to keras -o model.keras', files);
    // A sweep names its model and data from its own folder on, so that it is made beside them.
    await succeeds('npx qgt sweep model.json --data train.npz --bits 2,4 --prepare -o sweep', files);
    await cp(join(files, 'sweep'), join(folder, 'sweep'), { recursive: true });
    await succeeds('npx qgt sweep run sweep', files);
    await rename(join(files, 'sweep'), join(folder, 'swept'));
  }
});

/** Each command once, and where it stands first; but for the libraries, which are installed before all else. */
function commandsToRun(): { readonly where: string; readonly line: string }[] {
  const blocks = pages
    .filter((page) => page !== TUTORIAL)
    .flatMap((page) => blocksOf(page).map((block) => ({ ...block, where: `${page}:${block.lineNumber}` })));
  const found = new Map<string, string>();
  for (const { where, language, commands } of blocks)
    for (const { line, reason } of commands) {
      const command = line.replace(/ +# .*$/, '');
      const isRun = language === 'sh' && reason === undefined && !/^npm install (?!qgt)/.test(command);
      if (isRun && !found.has(command)) found.set(command, where);
    }
  return [...found].map(([line, where]) => ({ line, where }));
}

/** A run of compress, or a sweep before or after it is run. */
type FormerRun = 'run' | 'sweep' | 'swept';

/** The folders that a command reads, and what is to be in them. */
function formerRunsOf(line: string): [name: string, kind: FormerRun][] {
  const inputs = line.replace(/ -o \S+/, '').split(' ');
  const names = ['out', 'base', 'a', 'b'].filter((name) =>
    inputs.some((word) => word.startsWith(`${name}/`)),
  );
  const [, command] = / sweep (run|show) /.exec(line) ?? [];
  const kind = command === 'run' ? 'sweep' : command === 'show' ? 'swept' : 'run';
  return names.map((name) => [name, kind]);
}

/** A limit that is not kept ends a command with exit code 1, as the docs say. */
const UNKEPT = /^failed: --(max|min|fail)-/m;

/** Fails with what a command printed. */
async function succeeds(line: string, cwd: string): Promise<void> {
  const path = `${join(cwd.replace(/\/project\/.*/, '/project'), 'node_modules/.bin')}:${process.env.PATH}`;
  const { text, code } = await say(line, cwd, { ...process.env, PATH: path });
  if (code !== 1 || !/ --(max-|min-|fail-on )/.test(line) || !UNKEPT.test(text))
    assert.equal(code, 0, `${line}: ${text}`);
}

/** Writes a split of the digits as PNG files, a folder a class. */
async function writeImages(archive: string, folder: string): Promise<void> {
  const members = unzipSync(await readFile(archive));
  const read = (name: string) => parse(Uint8Array.from(members[name]!).buffer);
  const { data: pixels, shape } = read('x.npy');
  const labels = [...(read('y.npy').data as Uint8Array)];
  const [, height = 0, width = 0] = shape;
  for (const label of new Set(labels)) await mkdir(join(folder, String(label)), { recursive: true });
  await Promise.all(
    labels.map((label, index) => {
      const image = (pixels as Uint8Array).slice(index * height * width, (index + 1) * height * width);
      return sharp(image, { raw: { width, height, channels: 1 } })
        .png()
        .toFile(join(folder, String(label), `${index}.png`));
    }),
  );
}
