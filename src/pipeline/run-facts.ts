import { join } from 'node:path';
import { QgtError } from '../core/index.js';
import { pathKind, repairOutput } from '../files/index.js';
import { PACKED_FILE, type PackedModel, packModel, type StoredTensor } from '../pack/index.js';
import { TERNARY_BITS } from '../quantize/index.js';
import { FLOAT_BITS, type LayerFacts, type Report, type RunFacts } from '../report/index.js';
import { readPacked } from '../session/index.js';
import { reportedOptions } from './options/reported-options.js';
import { REPORT, readReport } from './read-report.js';

/**
 * Reads the result of a run: report.json, a .qgt, or a folder with one of them or both.
 *
 * @param maxUnpackedBytes  Most that a `.qgt` may unpack to.
 * @throws QgtError `not-found`, `bad-report`, `bad-qgt`, `newer-qgt` or `too-large`.
 */
export async function readRun(path: string, maxUnpackedBytes?: number | undefined): Promise<RunFacts> {
  await repairOutput(path);
  if ((await pathKind(path)) !== 'folder') {
    return path.toLowerCase().endsWith('.json')
      ? factsOfReport(await readReport(path), path)
      : factsOfFile(path, maxUnpackedBytes);
  }
  const [report, packed] = [join(path, REPORT), join(path, PACKED_FILE)];
  const [hasReport, hasPacked] = [await exists(report), await exists(packed)];
  if (!hasReport && !hasPacked) {
    const what = `holds neither ${REPORT} nor ${PACKED_FILE}`;
    throw new QgtError('not-found', { where: path, what, remedy: 'name the output folder of a run' });
  }
  if (!hasReport) return { ...(await factsOfFile(packed, maxUnpackedBytes)), source: path };
  const facts = factsOfReport(await readReport(report), path);
  return hasPacked ? withCodes(facts, (await readPacked(packed, maxUnpackedBytes)).packed) : facts;
}

const exists = async (path: string): Promise<boolean> => (await pathKind(path)) !== 'nothing';

function factsOfReport({ metric, totals, layers, options }: Report, source: string): RunFacts {
  return {
    source,
    bytes: totals.bytesAfter,
    ratio: totals.ratio,
    metric: metric && { name: metric.name, on: metric.on, samples: metric.samples, value: metric.after },
    classes: metric?.classes ? classAccuracies(metric.classes) : null,
    layers: layers.map(({ name, bits, packedBytes, sqnrDb, outputSqnrDb, verdict }) => ({
      name,
      bits,
      packedBytes,
      sqnrDb,
      outputSqnrDb,
      verdict: verdict?.level ?? null,
      codes: null,
    })),
    options: reportedOptions(options),
  };
}

const classAccuracies = (classes: NonNullable<NonNullable<Report['metric']>['classes']>) =>
  new Map(classes.flatMap(({ name, after }) => (after === null ? [] : [[name, after] as const])));

async function factsOfFile(path: string, maxUnpackedBytes: number | undefined): Promise<RunFacts> {
  const { packed, loaded } = await readPacked(path, maxUnpackedBytes);
  const { tensorBytes } = await packModel(packed);
  const layers = packed.tensors.map((tensor) => ({
    name: tensor.name,
    bits: widthOf(tensor),
    packedBytes: tensorBytes.get(tensor.name)!,
    sqnrDb: null,
    outputSqnrDb: null,
    verdict: null,
    codes: codesOf(tensor),
  }));
  return {
    source: path,
    bytes: loaded.bytes,
    ratio: null,
    metric: null,
    classes: null,
    layers,
    options: null,
  };
}

function withCodes(facts: RunFacts, { tensors }: PackedModel): RunFacts {
  const codes = new Map(tensors.map((tensor) => [tensor.name, codesOf(tensor)]));
  return {
    ...facts,
    layers: facts.layers.map((layer) => ({ ...layer, codes: codes.get(layer.name) ?? null })),
  };
}

const codesOf = (tensor: StoredTensor): LayerFacts['codes'] =>
  tensor.encoding === 'codes' ? tensor.codes : null;

function widthOf(tensor: StoredTensor): number {
  if (tensor.encoding === 'raw') return FLOAT_BITS;
  const { length } = tensor.grid.levels;
  return length === 3 ? TERNARY_BITS : Math.ceil(Math.log2(length));
}
