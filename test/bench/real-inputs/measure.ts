import { join } from 'node:path';
import * as tf from '../../../src/engine/tf.js';
import { requireCustomLayers } from '../../../src/model/index.js';
import { compressed } from './compressed.js';
import type { RealInputsRecord } from './record.js';
import { type OutputKind, scoreOf } from './score.js';
import { loadStockModel } from './stock-model.js';
import { SAMPLES, type Subject } from './subjects.js';

/** Runs a model and its compressed file by stock tfjs on the same inputs. */
export async function measure(
  subject: Subject,
  made: string | undefined,
): Promise<Omit<RealInputsRecord, 'version'>> {
  const { name, kinds, layers, backend = 'wasm', nodes, translated } = subject;
  const { float, packed, report } = await compressed(subject, made);
  await tf.setBackend(backend);
  if (layers !== undefined) await requireCustomLayers([join(import.meta.dirname, layers)]);
  const floatModel = await loadStockModel(float, { nodes, translated });
  const inputs = await subject.draw(subject.samples ?? SAMPLES, floatModel.outputsOf);
  const size = inputs[0]!.shape.reduce((product, length) => product * length, 1);
  const batchSize = subject.batchSize ?? SAMPLES;
  const wanted = await floatModel.outputsOf(inputs, batchSize);
  floatModel.dispose();
  const packedModel = await loadStockModel(packed, { nodes });
  const given = await packedModel.outputsOf(inputs, batchSize);
  packedModel.dispose();
  const kindOf = (output: number): OutputKind => (typeof kinds === 'string' ? kinds : kinds[output]!);
  return {
    name,
    samples: inputs[0]!.values.length / size,
    reported: report.metric?.outputs.map(({ metric, after, sqnrDb }) => ({ metric, after, sqnrDb })) ?? null,
    warnings: report.warnings.map(({ code }) => code),
    outputs: wanted.map((output, index) => ({
      kind: kindOf(index),
      score: scoreOf(kindOf(index), output, given[index]!),
    })),
  };
}
