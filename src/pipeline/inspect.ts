import { type NamedTensor, type RunControls, silent, sizeOf, type Weight } from '../core/index.js';
import { packModel } from '../pack/index.js';
import { fileParts } from '../report/index.js';
import { openSession, type Session } from '../session/index.js';
import { type FilePiece, piecesOfModel, piecesOfPacked, sumPieces } from './file-contents.js';
import type { InspectOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';
import type { InspectedWeight, InspectResult } from './results.js';

/** Describes a model file: weights, which of them compression would quantize, inputs and outputs. */
export async function inspect(
  options: InspectOptions,
  { onProgress = silent }: RunControls = {},
): Promise<InspectResult> {
  const session = await openSession({ ...parseOptions('inspect', options), engine: 'embedded' }, onProgress);
  const { liveModel } = session;
  const { loaded, weights, inputs, outputs } = liveModel;
  const values = new Map(loaded.weights.map((tensor) => [tensor.name, tensor]));
  const pieces = await piecesOf(session);
  const bytes = sumPieces(pieces, ({ name }) => name);
  const inspected = weights.map((weight) =>
    inspectWeight(weight, values.get(weight.name), bytes.get(weight.name)),
  );
  const parts = sumPieces(pieces, ({ part }) => part);
  liveModel.dispose();
  const paramsOf = (list: readonly InspectedWeight[]) => list.reduce((sum, { params }) => sum + params, 0);
  return {
    source: loaded.source,
    format: loaded.format,
    writtenBy: loaded.writtenBy,
    bytes: loaded.bytes,
    params: paramsOf(inspected),
    contents: fileParts.flatMap((part) => {
      const taken = parts.get(part) ?? 0;
      return taken === 0 ? [] : [{ part, bytes: taken }];
    }),
    kernelParams: paramsOf(inspected.filter(({ role }) => role === 'kernel')),
    inputs,
    outputs,
    weights: inspected,
    notes: loaded.notes,
  };
}

async function piecesOf({ packed, loaded, liveModel }: Session): Promise<readonly FilePiece[]> {
  if (packed !== undefined) return piecesOfPacked(await packModel(packed), loaded);
  const kernels = new Set(liveModel.weights.flatMap(({ name, role }) => (role === 'kernel' ? [name] : [])));
  return piecesOfModel(loaded, (name) => kernels.has(name));
}

function inspectWeight(
  { name, kind, shape, role, reason }: Weight,
  tensor: NamedTensor | undefined,
  stored: number | undefined,
): InspectedWeight {
  const params = sizeOf(shape);
  const bytes = stored ?? tensor?.values.byteLength ?? 4 * params;
  return {
    name,
    kind,
    shape,
    dtype: tensor?.dtype ?? 'float32',
    params,
    bytes,
    bitsPerWeight: params === 0 ? 0 : (bytes * 8) / params,
    role: role === 'kernel' ? 'kernel' : (reason ?? 'float'),
    ...summary(tensor),
  };
}

/** Computes range and share of zeros; null for tensors without numbers. */
function summary(tensor: NamedTensor | undefined): Pick<InspectedWeight, 'min' | 'max' | 'zeros'> {
  const numbers = tensor?.dtype === 'float32' || tensor?.dtype === 'int32';
  if (tensor === undefined || !numbers || tensor.values.length === 0)
    return { min: null, max: null, zeros: null };
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let zeros = 0;
  for (const value of tensor.values) {
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
  }
  return { min, max, zeros: zeros / tensor.values.length };
}
