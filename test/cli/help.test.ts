import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { colourless } from '../../src/cli/colours.js';
import { commandList } from '../../src/cli/commands/index.js';
import { renderHelp } from '../../src/cli/help-page.js';
import { augmentations } from '../../src/data/augmentation/index.js';
import { readers } from '../../src/data/readers/index.js';
import { exporters } from '../../src/export/index.js';
import { type CommandName, commandSchemas } from '../../src/pipeline/options/commands.js';
import { declarations, flagOf, type Option } from '../../src/pipeline/options/index.js';
import { quantizers } from '../../src/quantize/index.js';
import { differenceFormats, reporters, reportFormats } from '../../src/report/index.js';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

describe('help', () => {
  for (const { name, examples, operands } of commandList) {
    const help = renderHelp(name, 80, colourless);

    it(`of ${name} names every option once, the global ones too`, () => {
      const options = Object.keys(commandSchemas[name].shape).filter((key) => !(key in operands));
      const flags = [...options.map(flagOf), 'json', 'quiet', 'config', 'no-color', 'version', 'help'];
      for (const flag of flags) {
        assert.equal(help.match(new RegExp(`^ {2}(-\\w, | {4})--${flag}( |$)`, 'gm'))?.length, 1, flag);
      }
      assert.ok(examples.length > 0);
      for (const { line } of examples) assert.ok(`${line} `.startsWith(`qgt ${name} `));
    });

    it(`of ${name} keeps to its columns`, () => keepsToColumns(name));
  }

  it('of qgt keeps to its columns', () => keepsToColumns());

  it('says defaults and choices, as the schemas have them', () => {
    const help = renderHelp('compress', 200, colourless).replace(/\s+/g, ' ');
    assert.match(
      help,
      /-b, --bits N Bits per weight: 1\.58 \(ternary\), 2 to 8, or auto: [^(]+ \(default: 4\)/,
    );
    const analysis = renderHelp('analyze', 200, colourless).replace(/\s+/g, ' ');
    assert.ok(analysis.includes('-b, --bits N Bits per weight: 1.58 (ternary), or 2 to 8 (default: 4)'));
    assert.match(analysis, /--bit-widths [^-]+; default: 2,4,8\)/);
    assert.ok(help.includes('(quantized, float; default: quantized)'));
    assert.ok(!/default: (false|\[|\{|\))/.test(help));
  });

  it('says what the values of a registry mean, as the registry has it', () => {
    const assertSaid = (command: CommandName, ...registries: NonNullable<Option['values']>[]) => {
      const help = renderHelp(command, 200, colourless).replace(/\s+/g, ' ');
      for (const { name, describe } of registries.flat())
        assert.ok(help.includes(`${name}: ${describe}`), `${command}: ${name}`);
    };
    assertSaid('compress', readers, quantizers, augmentations, reportFormats, reporters);
    assertSaid('analyze', readers, quantizers, reportFormats);
    assertSaid('eval', readers);
    assertSaid('export', exporters);
    assertSaid('diff', differenceFormats);
    assertSaid('report', reportFormats);
  });

  it('short forms are not taken twice', () => {
    const letters = Object.values<Option>(declarations).flatMap(({ alias }) => alias ?? []);
    assert.equal(new Set([...letters, 'q', 'h']).size, letters.length + 2);
  });

  it('waits for no library but the few that it needs', () => {
    const { packages } = importsOf(join(src, 'cli/index.ts'));
    const light = ['csv-stringify/sync', 'leven', 'zod'];
    assert.deepEqual([...packages].filter((name) => !name.startsWith('node:')).sort(), light);
  });

  it('waits for no more of the data than what lists it, and the grammar of an option', () => {
    const { files } = importsOf(join(src, 'cli/index.ts'));
    const data = [...files].map((file) => relative(src, file)).filter((file) => /^data\//.test(file));
    const light = /^data\/(readers\/|augmentation\/|memory\/data-in-memory|input-range|range-rules)/;
    assert.deepEqual(
      data.filter((file) => !light.test(file)),
      [],
      'import it where it is used, by import()',
    );
    assert.ok(data.length > 0);
  });
});

function keepsToColumns(name?: CommandName): void {
  for (const columns of [40, 80, 200])
    for (const line of renderHelp(name, columns, colourless).split('\n'))
      assert.ok(line.length <= columns, line);
}

/** The packages and the files that a module and what it imports load at once: neither types nor `import()`. */
function importsOf(entry: string): { readonly packages: Set<string>; readonly files: Set<string> } {
  const packages = new Set<string>();
  const files = new Set<string>();
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    const source = readFileSync(path, 'utf8').replace(/^(im|ex)port type [^;]*;/gm, '');
    for (const [, name] of source.matchAll(
      /^(?:import|export|\}) ?[^;]*?from '([^']+)';|^import '([^']+)';/gm,
    )) {
      if (name === undefined) continue;
      if (!name.startsWith('.')) packages.add(name);
      else {
        const file = resolve(dirname(path), name.replace(/\.js$/, '.ts'));
        assert.ok(existsSync(file), file);
        visit(file);
      }
    }
  };
  visit(entry);
  return { packages, files };
}
