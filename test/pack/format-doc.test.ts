import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { packModel, unpackModel } from '../../src/pack/index.js';
import { describeTensor } from './described.js';
import { example } from './example.js';
import { decodeSecond, noSecondDecoder } from './second-decoder.js';

const page = readFileSync(new URL('../../docs/format.md', import.meta.url), 'utf8');

const block = (language: string): string => {
  const [, content] = new RegExp(`\`\`\`${language}\n([^]*?)\n\`\`\``).exec(page) ?? [];
  assert.ok(content !== undefined, `docs/format.md has no ${language} block`);
  return content;
};

const dump = (file: Uint8Array): string =>
  Array.from({ length: Math.ceil(file.length / 16) }, (_, row) => {
    const bytes = Buffer.from(file.subarray(row * 16, row * 16 + 16)).toString('hex');
    return `${(row * 16).toString(16).padStart(4, '0')}  ${bytes.replace(/..(?=.)/g, '$& ')}`;
  }).join('\n');

const documented = Buffer.from(
  block('hex')
    .replace(/^\w+ {2}/gm, '')
    .replace(/\s/g, ''),
  'hex',
);

/** What the model fixes in a file: not how zlib compressed its metadata. */
const fixedPart = (file: Uint8Array) => {
  const view = Buffer.from(file);
  const dataStart = 32 + view.readUInt32LE(8);
  return {
    metadata: inflateRawSync(view.subarray(32, dataStart)).toString(),
    inflatedLength: view.readUInt32LE(12),
    data: view.subarray(dataStart).toString('hex'),
    dataChecksum: view.readUInt32LE(24),
  };
};

describe('docs/format.md', () => {
  it('shows the bytes that its example packs to', async () => {
    const { bytes } = await packModel(example);
    assert.deepEqual(fixedPart(documented), fixedPart(bytes), `docs/format.md should show\n${dump(bytes)}\n`);
  });
  it('shows its hex dump in the usual form', () => assert.equal(block('hex'), dump(documented)));
  it('shows the metadata of its example', () => assert.equal(block('json'), fixedPart(documented).metadata));
  it('shows every part of the file in the tables below the dump', () => {
    const header = documented.subarray(0, 32).toString('hex').match(/.{8}/g)!;
    for (const field of header) assert.ok(page.includes(`\`${field.replace(/..(?=.)/g, '$& ')}\``), field);
  });
  it('shows a file that reads as the model', async () =>
    assert.deepEqual(await unpackModel(documented, 'docs/format.md'), example));
  it('describes the format well enough for a second decoder', { skip: noSecondDecoder }, () =>
    assert.deepEqual(decodeSecond(documented).tensors, example.tensors.map(describeTensor)),
  );
});
