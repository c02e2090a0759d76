import assert from 'node:assert/strict';
import { cp, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { inspect, type Report } from '../../src/index.js';
import { piecesOfPacked } from '../../src/pipeline/file-contents.js';
import { summarizeFloats } from '../../src/report/index.js';
import { analyze, compress } from '../validated.js';
import { digits, withFolder } from './digits.js';

const HEADER_BYTES = 32;

/** Header and metadata of a packed file, by docs/format.md. */
const topologyOf = (file: Buffer): number => HEADER_BYTES + file.readUInt32LE(8);
const sum = (amounts: readonly number[]): number => amounts.reduce((total, bytes) => total + bytes, 0);
const bytesOf = (list: readonly { readonly part: string; readonly bytes: number }[], part: string): number =>
  list.find((each) => each.part === part)?.bytes ?? 0;

async function copyOfDigits(folder: string): Promise<string> {
  const model = join(folder, 'model.json');
  await cp(digits.model, model);
  await cp(join(digits.model, '../weights.bin'), join(folder, 'weights.bin'));
  return model;
}

describe('the contents of a file', () => {
  let report: Report;
  let file: Buffer;
  let inspected: Awaited<ReturnType<typeof inspect>>;
  before(() =>
    withFolder(async (folder) => {
      const output = join(folder, 'out');
      const run = await compress({ model: digits.model, bits: 2, epochs: 0, data: digits.test, output });
      report = run.report;
      file = await readFile(run.files[0]!);
      inspected = await inspect({ model: run.files[0]! });
    }),
  );

  it('sum to the files on disk, before and after, in the report', async () => {
    const sizes = [digits.model, join(digits.model, '../weights.bin')].map(
      async (path) => (await stat(path)).size,
    );
    const [json, weights] = await Promise.all(sizes);
    assert.equal(sum(report.contents.map(({ bytesBefore }) => bytesBefore)), json! + weights!);
    assert.equal(sum(report.contents.map(({ bytesAfter }) => bytesAfter)), file.length);
    const topology = report.contents.find(({ part }) => part === 'topology')!;
    assert.deepEqual([topology.bytesBefore, topology.bytesAfter], [json, topologyOf(file)]);
  });

  it('have the codes and scales of the rows of the report', () => {
    const kernels = report.layers.filter(({ bits }) => bits < 32);
    const after = report.contents.map(({ part, bytesAfter }) => ({ part, bytes: bytesAfter }));
    const codes = sum(kernels.map(({ codeBytes }) => codeBytes!));
    assert.equal(bytesOf(after, 'kernels'), codes);
    assert.equal(bytesOf(after, 'scales'), sum(kernels.map(({ packedBytes }) => packedBytes)) - codes);
    // BatchNorm was folded into biases that the model didn't have, one for each of its channels.
    assert.ok(
      bytesOf(after, 'biases') >
        sum(report.layers.map((row) => row.packedBytes)) - sum(kernels.map((row) => row.packedBytes)),
    );
  });

  it('count floats as the screen does that lists why they are floats', () => {
    const { packedBytes, groups } = summarizeFloats(report.layers, report.contents);
    const floats = report.contents.filter(({ part }) => part === 'biases' || part === 'other');
    assert.equal(packedBytes, sum(floats.map(({ bytesAfter }) => bytesAfter)));
    assert.equal(packedBytes, sum(groups.map((group) => group.packedBytes)));
  });

  it('are the same to inspect, whose rows have all but the topology', () => {
    assert.deepEqual(
      inspected.contents,
      report.contents
        .filter(({ bytesAfter }) => bytesAfter > 0)
        .map(({ part, bytesAfter }) => ({ part, bytes: bytesAfter })),
    );
    assert.equal(sum(inspected.weights.map(({ bytes }) => bytes)), file.length - topologyOf(file));
  });

  it('of an analysis sum to the size that it tells', async () => {
    const { report: analysis } = await analyze({
      model: digits.model,
      bits: 2,
      data: digits.test,
      samples: 8,
    });
    assert.equal(sum(analysis.contents.map(({ bytesAfter }) => bytesAfter)), analysis.totals.bytesAfter);
  });

  it('sum to a model whose weights are a gzip file, or are followed by something', () =>
    withFolder(async (folder) => {
      const model = await copyOfDigits(folder);
      const shard = join(folder, 'weights.bin');
      const weights = await readFile(shard);
      for (const stored of [gzipSync(weights), Buffer.concat([weights, Buffer.alloc(100)])]) {
        await writeFile(shard, stored);
        const { bytes, contents } = await inspect({ model });
        assert.equal(bytes, (await stat(model)).size + stored.length);
        assert.equal(sum(contents.map((part) => part.bytes)), bytes);
        assert.equal(bytesOf(contents, 'topology'), (await stat(model)).size);
      }
    }));

  it('of a file of Keras tell its JSON from the index and padding around the weights', async () => {
    const fixture = (name: string) =>
      fileURLToPath(new URL(`../../fixtures/keras-files/${name}`, import.meta.url));
    const archive = fixture('bidirectional.keras');
    const bytes = await readFile(archive);
    const parts = unzipSync(bytes);
    const inArchive = await inspect({ model: archive });
    const json = parts['config.json']!.length + parts['metadata.json']!.length;
    assert.equal(bytesOf(inArchive.contents, 'topology'), json);
    assert.ok(bytesOf(inArchive.contents, 'container') > 0);
    assert.equal(sum(inArchive.contents.map((part) => part.bytes)), bytes.length);

    const whole = fixture('nested.h5');
    const { contents } = await inspect({ model: whole });
    const text = await readFile(whole, 'latin1');
    const [config] = /{"class_name"[^\0]*}/.exec(text)!;
    assert.equal(bytesOf(contents, 'topology'), config.length);
    assert.equal(sum(contents.map((part) => part.bytes)), text.length);
  });

  it('sum to a file that another qgt wrote longer or shorter', () => {
    const tensorBytes = new Map([
      ['conv/kernel', 700],
      ['conv/bias', 33],
      ['norm/gamma', 34],
    ]);
    const sizes = { tensorBytes, codeBytes: new Map([['conv/kernel', 650]]) };
    for (const bytes of [1000, 867, 866, 501, 100]) {
      const pieces = piecesOfPacked(sizes, { bytes, topologyBytes: 100 });
      assert.equal(sum(pieces.map((piece) => piece.bytes)), bytes);
      assert.ok(pieces.every((piece) => Number.isInteger(piece.bytes) && piece.bytes >= 0));
    }
  });
});
