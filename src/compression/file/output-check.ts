import type { PackedModel } from '../../pack/index.js';
import type { Evaluation } from '../../session/index.js';
import { openCheckSamples } from './check-samples.js';

const MAX_SAMPLES = 32;
/** Largest noise that changes to a packed model may add, as a share of the noise that its codes make. */
const MAX_SHARE = 0.01;

/** Says what a packed model's outputs are worth beside those of the same model packed in another way. */
export interface OutputCheck {
  /**
   * The largest noise of an output that a change of the packed model adds, as a share of what may be added: above 1 it
   * shows.
   */
  excess(changed: PackedModel): Promise<number>;
  dispose(): void;
}

/**
 * Runs the float model and a packed one on a few training samples, to know what noise the codes make of each output.
 *
 * @param packed  As it is before anything is done to it but quantization.
 */
export async function createOutputCheck(evaluation: Evaluation, packed: PackedModel): Promise<OutputCheck> {
  const samples = await openCheckSamples(evaluation, MAX_SAMPLES);
  const { units, float, outputsOf, noiseBetween } = samples;
  const exact = await outputsOf(packed);
  const allowed = noiseBetween(float, exact).map(
    (noise, output) => MAX_SHARE * (noise ?? 0) + units[output]!.resolution,
  );
  return {
    excess: async (changed) => {
      const noise = noiseBetween(exact, await outputsOf(changed));
      return Math.max(...noise.map((each, output) => shareOf(each, allowed[output]!)));
    },
    dispose: () => samples.dispose(),
  };
}

/** Noise as a share of what is allowed; what can't be measured is more than any. */
function shareOf(noise: number | null, allowed: number): number {
  if (noise === 0) return 0;
  return noise === null ? Number.POSITIVE_INFINITY : noise / allowed;
}
