import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { QgtError } from '../../src/core/index.js';
import { joinSections } from '../../src/pack/container.js';
import { crc32 } from '../../src/pack/crc32.js';
import { packModel, unpackModel } from '../../src/pack/index.js';
import { arbitraryModel } from './arbitrary-model.js';
import { example } from './example.js';

const { bytes } = await packModel(example);
const text = (content: string) => new TextEncoder().encode(content);

const refusal = async (file: Uint8Array): Promise<QgtError> => {
  const thrown = await unpackModel(file, 'model.qgt').then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof QgtError, `${file.length} bytes: ${thrown ?? 'no error'}`);
  assert.match(thrown.message, /^model\.qgt\b/);
  return thrown;
};

/** A file whose header has been altered and its checksum made right again. */
const withHeader = (change: (view: DataView) => void): Uint8Array => {
  const file = bytes.slice();
  const view = new DataView(file.buffer);
  change(view);
  view.setUint32(28, crc32(file.subarray(0, 28)), true);
  return file;
};

describe('crc32', () => {
  it('gives the check value of the catalogue of CRCs', () =>
    assert.equal(crc32(text('123456789')), 0xcbf43926));
});

describe('a damaged file is refused', () => {
  it('with any one bit altered', async () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const file = bytes.slice();
      file[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal((await refusal(file)).code, 'bad-qgt');
    }
  });
  it('cut short anywhere', async () => {
    for (let length = 0; length < bytes.length; length++) {
      const { message } = await refusal(bytes.subarray(0, length));
      assert.match(message, length === 0 ? /empty/ : /cut short/);
    }
  });
  it('with bytes after its end', async () => {
    assert.match((await refusal(Buffer.concat([bytes, Buffer.of(0)]))).message, /after the end/);
  });
  it('with any bytes overwritten, of any model', () =>
    fc.assert(
      fc.asyncProperty(
        arbitraryModel,
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 4 }),
        async (model, at, junk) => {
          const file = (await packModel(model)).bytes;
          const altered = file.slice();
          altered.set(junk, at % (file.length - junk.length));
          if (Buffer.compare(file, altered) !== 0) await refusal(altered);
        },
      ),
    ));
});

describe('a file of a later version', () => {
  it('says so and what to do', async () => {
    const error = await refusal(withHeader((view) => view.setUint32(4, 3, true)));
    assert.equal(error.code, 'newer-qgt');
    assert.match(error.message, /later qgt.*got 3.*expected 1 to 2.*; upgrade qgt/);
  });
});

describe('another kind of file', () => {
  const cases: [Uint8Array, string][] = [
    [text('{"modelTopology": {}}'), '{"modelTopology": {}}'],
    [text('<!DOCTYPE html><title>404</title>'), '<!DOCTYPE html><title>40'],
    [text('PK\x03\x04'), 'PK..'],
    [Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a), '.HDF..'],
    [text('\x1c\0\0\0TFL3'), '....TFL3'],
    [text('version https://git-lfs.github.com/spec/v1'), 'version https://git-lfs.'],
    [Uint8Array.of(0x3c, 0x1b, 0x9b, 0xff), '<...'],
  ];
  for (const [file, start] of cases) {
    it(`is shown by how it begins: ${start}`, async () => {
      const error = await refusal(file);
      assert.equal(error.code, 'bad-qgt');
      assert.ok(error.message.includes(`not a .qgt file, got the beginning ${start}; check`), error.message);
    });
  }
});

describe('a file whose checksums are right but whose content is not', () => {
  const kernel = { n: 'k', s: [3, 2], a: [1], l: [-1.5, 1, 4] };
  const fields = { kind: 'layers', topology: {}, metadata: {}, preprocessing: {}, tensors: [kernel] };
  /** Two scales of 0, whose four bytes each lie in `bits`, and six codes of 0. */
  const zeros = `${'00010000'.repeat(4)}000000`;
  const craft = (changed: unknown, data = zeros) =>
    joinSections({ metadata: text(JSON.stringify(changed)), data: Buffer.from(data, 'hex') });
  const table = (...entries: unknown[]) => ({ ...fields, tensors: entries });

  it('is read where nothing is wrong', async () => {
    assert.equal((await unpackModel(await craft(fields), 'f')).tensors.length, 1);
    const repeats = table(kernel, { n: 'j', r: 0 }, { n: 'i', r: 1 });
    assert.equal((await unpackModel(await craft(repeats), 'f')).tensors.length, 3);
  });
  const cases: [string, unknown, string?][] = [
    ['metadata that is a list', []],
    ['another kind', { ...fields, kind: 'tree' }],
    ['no topology', { ...fields, topology: null }],
    ['no metadata', { ...fields, metadata: 1 }],
    ['no preprocessing', { ...fields, preprocessing: undefined }],
    ['classes that are numbers', { ...fields, preprocessing: { classes: [1] } }],
    ['no tensors', { ...fields, tensors: {} }],
    ['a tensor that is null', table(null)],
    ['a name twice', table(kernel, kernel)],
    ['a negative dimension', table({ ...kernel, s: [-3, 2] })],
    ['a fractional dimension', table({ ...kernel, s: [1.5, 4] })],
    ['a shape whose size is not a number', table({ ...kernel, s: [0, ...Array(40).fill(2 ** 50)], a: [0] })],
    ['an axis that is not there', table({ ...kernel, a: [2] })],
    ['one level', table({ ...kernel, l: 1 })],
    ['257 levels', table({ ...kernel, l: [0, 1, 257] })],
    ['levels without a count', table({ ...kernel, l: [0, 1] })],
    ['descending levels', table({ ...kernel, l: [0, -1, 4] })],
    ['levels beyond float32', table({ ...kernel, l: [0, 1e39, 4] })],
    ['a step of text', table({ ...kernel, l: [0, '1', 4] })],
    ['an unknown dtype', table({ n: 'k', s: [2], d: 'float64' })],
    ['more strings than bytes', table({ n: 'k', s: [2 ** 40], d: 'string', b: 10 })],
    ['a negative length', table({ n: 'k', s: [0], d: 'string', b: -1 })],
    ['a repeat of itself', table({ n: 'k', r: 0 }), ''],
    ['a repeat of a later tensor', table({ n: 'j', r: 1 }, kernel)],
    ['a repeat of no tensor', table(kernel, { n: 'j', r: -1 })],
    ['a repeat of half a tensor', table(kernel, { n: 'j', r: 0.5 })],
    ['data left over', fields, `${zeros}00`],
    ['data missing', fields, zeros.slice(2)],
    ['bytes beyond 255', fields, `ff01${zeros.slice(4)}`],
    ['bytes of one level', fields, `0000${zeros.slice(4)}`],
    ['a byte beyond its levels', table({ n: 'k', s: [1], d: 'bool' }), '00020003'],
    ['a code beyond the levels', table({ ...kernel, l: [-1, 1, 3] }), zeros.slice(0, -4).concat('0300')],
    ['a scale that is NaN', fields, `${'fe010003'.repeat(4)}000000`],
    ['a length without an end', fields, zeros.slice(0, -6).concat('02', 'ff'.repeat(9))],
    ['a length beyond the data', fields, zeros.slice(0, -6).concat('0205')],
    ['range codes and bytes after them', fields, zeros.slice(0, -6).concat('0209', 'ff'.repeat(9))],
  ];
  for (const [what, changed, data] of cases) {
    it(what, async () => assert.equal((await refusal(await craft(changed, data))).code, 'bad-qgt'));
  }
  it('33 dimensions, and a million of them', async () => {
    for (const rank of [33, 10 ** 6])
      await refusal(await craft(table({ ...kernel, s: Array(rank).fill(1), a: [] })));
  });
  it('an entry and a topology that are nested too deep', async () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    for (const changed of [table('DEEP'), { ...fields, topology: { a: 'DEEP' } }]) {
      const metadata = text(JSON.stringify(changed).replace('"DEEP"', deep));
      assert.match(
        (await refusal(await joinSections({ metadata, data: new Uint8Array() }))).message,
        /nests too deep/,
      );
    }
  });
  it('metadata that is not JSON', async () => {
    const file = await joinSections({ metadata: text('{'), data: new Uint8Array() });
    assert.match((await refusal(file)).message, /JSON/);
  });
  it('metadata that is not UTF-8', async () => {
    const file = await joinSections({ metadata: Uint8Array.of(0x22, 0xff, 0x22), data: new Uint8Array() });
    assert.match((await refusal(file)).message, /JSON/);
  });
  it('metadata that inflates to more or less than it says, or asks for all memory', async () => {
    const inflated = new DataView(bytes.buffer).getUint32(12, true);
    for (const length of [0, inflated - 1, inflated + 1, 2 ** 24, 2 ** 32 - 1]) {
      await refusal(withHeader((view) => view.setUint32(12, length, true)));
    }
  });
  it('metadata that is not DEFLATE', async () => {
    const file = withHeader((view) => view.setUint32(16, crc32(new Uint8Array(155).fill(255)), true));
    file.fill(255, 32, 32 + 155);
    assert.match((await refusal(file)).message, /cannot be inflated/);
  });
  const LARGE: [string, unknown[]][] = [
    ['a shape beyond all memory', [{ ...kernel, s: [2 ** 50, 2] }]],
    ['a size that is no safe integer', [{ ...kernel, s: [2 ** 50, 2 ** 50] }]],
    ['channels of no elements', [{ ...kernel, s: [0, 2 ** 52] }]],
    ['channels with offsets', [{ ...kernel, s: [0, 2 ** 21], o: 1 }]],
    ['codes that take no bytes', [{ ...kernel, s: [2 ** 23], a: [] }]],
    ['floats', [{ n: 'k', s: [2 ** 23] }]],
    ['complex numbers', [{ n: 'k', s: [2 ** 22], d: 'complex64' }]],
    ['strings', [{ n: 'k', s: [1], d: 'string', b: 2 ** 25 }]],
    [
      'repeats of repeats',
      [
        kernel,
        ...Array.from({ length: 100 }, (_, r) => ({ n: `r${r}`, r })),
        { n: 'k2', s: [2 ** 22] },
        ...Array.from({ length: 100 }, (_, r) => ({ n: `s${r}`, r: 101 })),
      ],
    ],
  ];
  for (const [what, entries] of LARGE) {
    it(`more than is allowed, known without data: ${what}`, async () => {
      const error = await refusal(await craft(table(...entries), ''));
      assert.equal(error.code, 'too-large');
      assert.match(error.message, /expected at most 16777216; raise maxUnpackedBytes/);
    });
  }
  it('more than a limit of the caller, to the byte', async () => {
    const unpacked = JSON.stringify(fields).length + 4 * 2 + 4 * 6;
    await unpackModel(await craft(fields), 'f', unpacked);
    await assert.rejects(unpackModel(await craft(fields), 'f', unpacked - 1), { code: 'too-large' });
  });
  it('metadata beyond the limit', async () => {
    const metadata = text(JSON.stringify(fields).padEnd(2 ** 24 + 1));
    assert.equal((await refusal(await joinSections({ metadata, data: new Uint8Array() }))).code, 'too-large');
  });
  it('an unknown coder, which a later qgt has', async () => {
    const error = await refusal(await craft(fields, zeros.replace(/000000$/, '090000')));
    assert.equal(error.code, 'newer-qgt');
  });

  /** Version 1 has a coder in the table and its tensors one after the other. */
  const craftV1 = async (changed: unknown, data: string) => {
    const file = await craft(changed, data);
    const view = new DataView(file.buffer);
    view.setUint32(4, 1, true);
    view.setUint32(28, crc32(file.subarray(0, 28)), true);
    return file;
  };
  const v1 = (coder: unknown) => table({ ...kernel, c: coder });
  const TWO_SCALES = '00'.repeat(8);
  it('version 1 is read where nothing is wrong', async () =>
    assert.equal((await unpackModel(await craftV1(v1('bits'), `${TWO_SCALES}0000`), 'f')).tensors.length, 1));
  for (const [what, changed, data, code] of [
    ['data left over', v1('bits'), `${TWO_SCALES}000000`, 'bad-qgt'],
    ['data missing', v1('bits'), `${TWO_SCALES}00`, 'bad-qgt'],
    ['a scale that is NaN', v1('bits'), `${'ff'.repeat(8)}0000`, 'bad-qgt'],
    ['an unknown coder', v1('later'), `${TWO_SCALES}0000`, 'newer-qgt'],
    ['no coder', v1(undefined), `${TWO_SCALES}0000`, 'newer-qgt'],
    ['a coder that is a number', v1(1), `${TWO_SCALES}0000`, 'bad-qgt'],
  ] as const) {
    it(`version 1: ${what}`, async () =>
      assert.equal((await refusal(await craftV1(changed, data))).code, code));
  }
});
