import { createRandom, type NamedTensor, sizeOf } from '../core/index.js';
import { tf } from '../engine/index.js';
import { inputTensors } from '../metrics/index.js';
import { concreteInputs, passOver, type Samples, type Subject } from '../session/index.js';
import { graphOutputNoise } from './graph-output-noise.js';
import { type OutputNoise, outputNoise } from './layers-output-noise.js';

/** Every layer's output of a batch stays in memory until it has been compared. */
const BATCH_VALUES = 2 ** 19;
const MOST_IN_BATCH = 32;

/**
 * Output SQNR of each packed kernel's own layer, on at most `limit` samples.
 *
 * @param packed  All tensors as they come out of the packed file.
 * @param names   The kernels among them.
 */
export async function measureOutputNoise(
  subject: Subject,
  packed: readonly NamedTensor[],
  names: ReadonlySet<string>,
  samples: Samples,
  limit: number,
  seed: number,
): Promise<ReadonlyMap<string, OutputNoise>> {
  const values = new Map(
    packed.map(({ name, shape, values, dtype }) => [name, tf.tensor(values, [...shape], dtype)]),
  );
  const batches = await readBatches(subject, samples, limit, seed);
  try {
    if (subject.kind === 'layers') {
      const substitutes = subject.weights.map(({ name, owner, variable }) => ({
        name,
        layer: owner,
        weight: variable,
        value: values.get(name)!,
      }));
      const probes = substitutes.filter(({ name }) => names.has(name));
      return outputNoise(subject.model, probes, substitutes, batches);
    }
    const probes = subject.weights
      .filter(({ name }) => names.has(name))
      .map(({ name, layer }) => ({ name, node: layer, value: values.get(name)! }));
    const kernels = Object.fromEntries(probes.map(({ name, value }) => [name, value]));
    const inputs = Object.fromEntries(subject.inputs.map(({ name }, index) => [name, batches[0]![index]!]));
    return graphOutputNoise(subject.model, probes, kernels, inputs);
  } finally {
    tf.dispose([...batches.flat(), ...values.values()]);
  }
}

async function readBatches(
  subject: Subject,
  samples: Samples,
  limit: number,
  seed: number,
): Promise<tf.Tensor[][]> {
  const inputs = concreteInputs(subject, samples.evaluation);
  const values = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const batchSize = Math.min(MOST_IN_BATCH, Math.max(1, Math.floor(BATCH_VALUES / values)));
  const batches: tf.Tensor[][] = [];
  for await (const batch of passOver(samples.evaluation, samples.range, batchSize, {
    shuffle: createRandom(seed),
    limit,
  })) {
    batches.push(inputTensors(batch, { inputs }));
  }
  return batches;
}
