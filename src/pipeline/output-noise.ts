import { createRandom, type NamedTensor } from '../core/index.js';
import { tf } from '../engine/index.js';
import { graphOutputSqnr, outputSqnr } from '../plan/index.js';
import { inputTensors } from '../train/index.js';
import { concreteInputs, passOver, type Samples } from './samples.js';
import type { Subject } from './subject.js';

const NOISE_BATCH = 32;

/**
 * Output SQNR in dB of each packed kernel's own layer, on at most `limit` samples.
 *
 * @param packed  The tensors as they come out of the packed file.
 * @param names   The kernels among them.
 */
export async function measureOutputNoise(
  subject: Subject,
  packed: readonly NamedTensor[],
  names: ReadonlySet<string>,
  samples: Samples,
  limit: number,
  seed: number,
): Promise<ReadonlyMap<string, number | null>> {
  const kernels = packed.filter(({ name }) => names.has(name));
  const values = new Map(
    kernels.map(({ name, shape, values }) => [name, tf.tensor(values, [...shape], 'float32')]),
  );
  const inputs = concreteInputs(subject, samples.evaluation);
  const batches: tf.Tensor[][] = [];
  for await (const batch of passOver(samples.evaluation, samples.range, NOISE_BATCH, {
    shuffle: createRandom(seed),
    limit,
  })) {
    batches.push(inputTensors(batch, { inputs }));
  }
  try {
    if (subject.kind === 'layers') {
      const probes = subject.infos
        .filter(({ name }) => values.has(name))
        .map(({ name, layer, variable }) => ({ name, layer, weight: variable, value: values.get(name)! }));
      return outputSqnr(subject.model, probes, batches);
    }
    const probes = subject.weights
      .filter(({ name }) => values.has(name))
      .map(({ name, layer }) => ({ name, node: layer, value: values.get(name)! }));
    const named = Object.fromEntries(subject.inputs.map(({ name }, index) => [name, batches[0]![index]!]));
    return graphOutputSqnr(subject.model, probes, named);
  } finally {
    tf.dispose([...batches.flat(), ...values.values()]);
  }
}
