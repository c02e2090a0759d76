import { floatWeights, packedModel, planModel } from '../../../src/compression/file/packing.js';
import { withoutDeadChannels } from '../../../src/compression/file/prune-dead-channels.js';
import { fitGrids, storeTensors } from '../../../src/compression/file/rounding.js';
import { type CodedTensor, coders, type PackedModel, packModel } from '../../../src/pack/index.js';
import type { BitRules } from '../../../src/plan/index.js';
import { entropyBits } from '../../../src/quantize/index.js';
import type { Samples } from '../../../src/session/samples/samples.js';
import { openSession } from '../../../src/session/session.js';
import { optionsOf } from '../../options.js';

/** How large a file is, and how well its codes are coded. */
export interface PackedSize {
  readonly bytes: number;
  /** Bits of all codes, were each tensor's written at the entropy of their frequencies. */
  readonly entropyBits: number;
  /** Bits of all codes, as they are written. */
  readonly codedBits: number;
  readonly codes: number;
}

/** Only `packedModel` gets it, which takes no more from samples that were made up. */
const NO_SAMPLES = { source: 'synthesised', knownRanges: null, classes: null, labelWarning: null } as Samples;

/** The file that `qgt compress --bits 4 --epochs 0` writes. */
export async function roundedModel(
  model: string,
  granularity: BitRules['granularity'],
): Promise<PackedModel> {
  const session = await openSession(
    { model, require: [], engine: 'embedded' },
    () => {},
    withoutDeadChannels,
  );
  const { liveModel } = session;
  try {
    const plan = planModel(liveModel, optionsOf('analyze', { bits: 4, granularity }));
    const weights = floatWeights(liveModel);
    return packedModel(liveModel, storeTensors(weights, plan, fitGrids(weights, plan)), NO_SAMPLES);
  } finally {
    liveModel.dispose();
  }
}

/** Packs a model and adds its codes up. */
export async function sizeOf(model: PackedModel): Promise<PackedSize> {
  const coded = model.tensors.filter((tensor): tensor is CodedTensor => tensor.encoding === 'codes');
  const sum = (bitsOf: (tensor: CodedTensor) => number) =>
    coded.reduce((total, tensor) => total + bitsOf(tensor), 0);
  const { bytes } = await packModel(model);
  const codes = sum((tensor) => tensor.codes.length);
  return {
    bytes: bytes.length,
    entropyBits: sum(({ codes }) => codes.length * entropyBits(codes)),
    codedBits: sum(({ codes, shape, grid }) => {
      const form = { shape, levels: grid.levels.length };
      return 8 * Math.min(...coders.map((coder) => coder.encode(codes, form).length));
    }),
    codes,
  };
}
