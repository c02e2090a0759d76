import { resolve } from 'node:path';
import { dataName, isDataInMemory } from '../data/index.js';
import { graphStructure, layersStructure } from '../model/index.js';
import { bytesBeforeData, type PackedFile } from '../pack/index.js';
import {
  type CheckOptions,
  checkReport,
  fileParts,
  modelName,
  REPORT_VERSION,
  type Report,
  type Unchecked,
} from '../report/index.js';
import { namedRanges, type Samples, type Session, warningsOnMetric } from '../session/index.js';
import { type FilePiece, piecesOfModel, piecesOfPacked, sumPieces } from './file-contents.js';
import { readVersion } from './version.js';

/** Input of a report. */
export interface ReportParts
  extends Pick<
    Report,
    | 'command'
    | 'output'
    | 'training'
    | 'allocation'
    | 'metric'
    | 'sensitivity'
    | 'advice'
    | 'causes'
    | 'layers'
    | 'notes'
  > {
  readonly session: Session;
  readonly samples: Samples;
  readonly options: CheckOptions & { readonly seed: number };
  readonly file: PackedFile;
  readonly durationMs: number;
}

/** Assembles a finished run's results, and checks them against the limits. */
export function createReport({ session, samples, options, file, durationMs, ...own }: ReportParts): Report {
  const { engine, liveModel } = session;
  const { source, kind, writtenBy, bytes: bytesBefore } = liveModel.loaded;
  const bytesAfter = file.bytes.length;
  const pieces = piecesOfModel(liveModel.loaded, (name) => file.codeBytes.has(name));
  const stored = sumPieces(pieces, ({ name }) => name);
  const warnings = own.metric === null ? [] : warningsOnMetric(own.metric, samples);
  const warned = new Set(warnings.map(({ text }) => text));
  const report: Unchecked = {
    version: REPORT_VERSION,
    tool: { name: 'qgt', version: readVersion() },
    model: { name: modelName(resolve(source)), source, kind, writtenBy },
    engine: { name: engine.name, backend: engine.backend, version: engine.version },
    seed: options.seed,
    options: plainOptions(options),
    data: {
      source: samples.source,
      trainSamples: samples.training.order.length,
      evalSamples: samples.evaluation.order.length,
      skippedFiles: samples.skippedFiles,
      inputRanges: samples.knownRanges && namedRanges(liveModel, samples.knownRanges),
      classes: samples.classes === null ? null : [...samples.classes],
      synthesis: synthesisReport(samples),
    },
    totals: { bytesBefore, bytesAfter, ratio: bytesBefore / bytesAfter, durationMs },
    contents: contentsReport(pieces, file),
    ...own,
    layers: own.layers.map((layer) => ({ ...layer, storedBytes: stored.get(layer.name) ?? null })),
    warnings,
    notes: own.notes.filter((note) => !warned.has(note)),
    graph:
      liveModel.kind === 'layers'
        ? layersStructure(liveModel.model)
        : graphStructure(liveModel.loaded.topology, liveModel.weights),
  };
  return { ...report, checks: checkReport(report, options) };
}

function contentsReport(pieces: readonly FilePiece[], file: PackedFile): Report['contents'] {
  const before = sumPieces(pieces, ({ part }) => part);
  const size = { bytes: file.bytes.length, topologyBytes: bytesBeforeData(file.bytes) };
  const after = sumPieces(piecesOfPacked(file, size), ({ part }) => part);
  return fileParts
    .map((part) => ({ part, bytesBefore: before.get(part) ?? 0, bytesAfter: after.get(part) ?? 0 }))
    .filter(({ bytesBefore, bytesAfter }) => bytesBefore + bytesAfter > 0);
}

/** Options as a report tells them: data in memory by its name. */
function plainOptions(options: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, isDataInMemory(value) ? dataName(value) : value]),
  );
}

function synthesisReport({ synthesis }: Samples): Report['data']['synthesis'] {
  if (synthesis === undefined) return null;
  const { samples, steps, shortened } = synthesis;
  return { samples, steps, shortened };
}
