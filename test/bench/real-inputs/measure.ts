import { join } from 'node:path';
import * as tf from '../../../src/engine/tf.js';
import { readModel, requireCustomLayers } from '../../../src/model/index.js';
import { packers } from '../sizes/packers.js';
import { uint8Files, uint8Weights } from '../sizes/uint8.js';
import { compressed } from './compressed.js';
import type { RealInputsRecord } from './record.js';
import { type OutputKind, scoreOf } from './score.js';
import { loadStockModel, type StockModel, stockModelOf } from './stock-model.js';
import { SAMPLES, type Subject } from './subjects.js';

/** Runs a model and its compressed file by stock tfjs on the same inputs. */
export async function measure(
  subject: Subject,
  made: string | undefined,
): Promise<Omit<RealInputsRecord, 'version'>> {
  const { name, kinds, layers, backend = 'wasm', nodes, translated } = subject;
  const { float, packed, report, bytes } = await compressed(subject, made);
  await tf.setBackend(backend);
  if (layers !== undefined) await requireCustomLayers([join(import.meta.dirname, layers)]);
  const floatModel = await loadStockModel(float, { nodes, translated });
  const inputs = await subject.draw(subject.samples ?? SAMPLES, floatModel.outputsOf);
  const size = inputs[0]!.shape.reduce((product, length) => product * length, 1);
  const batchSize = subject.batchSize ?? SAMPLES;
  const wanted = await floatModel.outputsOf(inputs, batchSize);
  floatModel.dispose();
  const outputsOf = async (model: StockModel) => {
    const outputs = await model.outputsOf(inputs, batchSize);
    model.dispose();
    return outputs;
  };
  const given = await outputsOf(await loadStockModel(packed, { nodes }));
  const read = await readModel(float);
  const uint8 = await outputsOf(await stockModelOf({ ...read, weights: uint8Weights(read) }, { nodes }));
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
    beside: {
      bytes,
      uint8Bytes: packers.brotli(uint8Files(read)),
      uint8Scores: wanted.map((output, index) => scoreOf(kindOf(index), output, uint8[index]!)),
    },
  };
}
