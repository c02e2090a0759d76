import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { skipWithoutBrowser, startBrowser } from '../browser.js';
import { installPackage, root, say } from './installed.js';

const run = promisify(execFile);
const KB = 1000;

describe('the package, installed from its tarball into an empty folder', () => {
  let folder: string;
  let tarball: string;
  let project: string;
  let installed: string;

  before(async () => {
    ({ folder, tarball, project, text: installed } = await installPackage());
  });
  after(() => rm(folder, { recursive: true }));

  it('takes at most 500 kB, and has its changelog', async () => {
    assert.ok((await stat(tarball)).size <= 500 * KB, `${(await stat(tarball)).size} bytes`);
    for (const name of ['CHANGELOG.md', 'README.md', 'LICENSE', 'dist/index.d.ts', 'dist/runtime.js'])
      assert.ok(existsSync(join(project, 'node_modules/qgt', name)), name);
  });

  it('brings at most 110 packages and 130 MB, without a warning or a script', async () => {
    assert.doesNotMatch(installed, /warn|allowScripts/i);
    const { packages } = JSON.parse(
      await readFile(join(project, 'node_modules/.package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { hasInstallScript?: boolean }> };
    assert.ok(Object.keys(packages).length <= 110, `${Object.keys(packages).length} packages`);
    for (const [name, { hasInstallScript }] of Object.entries(packages)) assert.ok(!hasInstallScript, name);
    const { stdout } = await run('du', ['-sm', 'node_modules'], { cwd: project });
    assert.ok(Number.parseInt(stdout, 10) <= 130, stdout);
  });

  it('compresses the demo on what is installed', async () => {
    const { text, code } = await say('npx qgt demo', project);
    assert.equal(code, 0, text);
    assert.match(text, /size .* times smaller/);
  });

  it('names the library that a kind of work needs, before any work is done', async () => {
    const digits = 'node_modules/qgt/fixtures/demo/model.json';
    for (let digit = 0; digit < 10; digit++) {
      await mkdir(join(project, `images/${digit}`), { recursive: true });
      await writeFile(join(project, `images/${digit}/1.png`), '');
    }
    await writeFile(join(project, 'model.h5'), Buffer.from('894844460d0a1a0a', 'hex'));
    for (const [line, name] of [
      [`npx qgt compress ${digits} --data images`, 'npm install sharp'],
      ['npx qgt inspect model.h5', 'npm install h5wasm'],
      [`npx qgt compress ${digits} --report html`, 'npm install @observablehq/plot linkedom @dagrejs/dagre'],
      [`npx qgt analyze ${digits} --format html`, 'npm install @observablehq/plot linkedom @dagrejs/dagre'],
      ['npx qgt worker redis://127.0.0.1:1', 'npm install bullmq ioredis'],
    ] as const) {
      const { text, code } = await say(line, project);
      assert.equal(code, 2, text);
      assert.ok(text.includes(name), `${line}: ${text}`);
    }
  });

  it('does what the tutorial says, command by command', async () => {
    const page = await readFile(join(root, 'docs/tutorial.md'), 'utf8');
    const place = join(folder, 'tutorial');
    await mkdir(place);
    const files = [...page.matchAll(/^`([a-z]+\.(?:mjs|html))`:\n\n```\w+\n([\s\S]*?)^```$/gm)];
    assert.equal(files.length, 2);
    for (const [, name, text] of files) await writeFile(join(place, name!), text!);
    for (const [, block] of page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)) {
      for (const command of block!.trim().split('\n')) {
        const line = command.replace('npm install qgt', `npm install ${tarball}`);
        const { text, code } = await say(line, place);
        assert.equal(code, 0, `${command}: ${text}`);
        if (command.startsWith('node ')) assert.match(text, /^digit \d$/m);
      }
    }
    const { totals } = JSON.parse(await readFile(join(place, 'out/report.json'), 'utf8'));
    assert.ok(totals.ratio > 8);
  });

  it("shows a digit on the tutorial's page", { skip: skipWithoutBrowser() }, () =>
    showsDigit(join(folder, 'tutorial')),
  );
});

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Opens the tutorial's page in a browser. */
async function showsDigit(place: string): Promise<void> {
  const server = createServer(({ url }, response) => {
    const path = join(place, new URL(url!, 'http://host').pathname);
    response.setHeader('content-type', TYPES[extname(path)] ?? 'application/octet-stream');
    createReadStream(path)
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { port: number };
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/index.html`);
    await page.waitForFunction("document.querySelector('#answer').textContent.startsWith('digit ')");
  } finally {
    await browser.close();
    server.close();
  }
}
