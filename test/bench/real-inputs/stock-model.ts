import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { type LoadedModel, readModel } from '../../../src/model/index.js';
import * as tf from '../../tf.js';
import type { Input, Predict } from './inputs/input.js';
import type { Output } from './score.js';

/** A model that stock tfjs runs. */
export interface StockModel {
  readonly outputsOf: Predict;
  dispose(): void;
}

/** What loading and running wants to know. */
export interface RunOptions {
  /** Nodes of a GraphModel to read, in place of its outputs. */
  readonly nodes?: readonly string[] | undefined;
  /** Stock tfjs can't read the topology, which Keras 2.13 or later wrote: it is translated first. */
  readonly translated?: boolean | undefined;
}

/** Loads a model.json by stock tfjs. */
export async function loadStockModel(path: string, options: RunOptions = {}): Promise<StockModel> {
  return openArtifacts(
    options.translated ? artifactsOfModel(await readModel(path)) : await artifactsOf(path),
    options,
  );
}

/** Loads a model that was read by stock tfjs. */
export async function stockModelOf(model: ReadModel, options: RunOptions = {}): Promise<StockModel> {
  return openArtifacts(artifactsOfModel(model), options);
}

async function openArtifacts(artifacts: tf.io.ModelArtifacts, options: RunOptions): Promise<StockModel> {
  const source = { load: async () => artifacts };
  if (isGraph(artifacts)) {
    const model = await tf.loadGraphModel(source);
    // By name, since two files of a model need not list their outputs in one order.
    const nodes = options.nodes ?? [...model.outputNodes].sort();
    return stockModel(model, (inputs) => model.executeAsync(named(model, inputs), [...nodes]));
  }
  const model = await tf.loadLayersModel(source);
  return stockModel(model, async (inputs) => model.predict(inputs));
}

function stockModel(
  model: { dispose(): unknown },
  run: (inputs: tf.Tensor[]) => Promise<tf.Tensor | tf.Tensor[]>,
): StockModel {
  return {
    outputsOf: async (inputs, batchSize) => {
      const parts: Output[][] = [];
      const samples = inputs[0]!.values.length / sizeOf(inputs[0]!);
      for (let from = 0; from < samples; from += batchSize) {
        const batch = inputs.map((input) => tensorOf(input, from, Math.min(samples, from + batchSize)));
        const outputs = [await run(batch)].flat();
        parts.push(await Promise.all(outputs.map(readOutput)));
        tf.dispose([batch, outputs]);
      }
      return parts[0]!.map((_, output) => concatenated(parts.map((part) => part[output]!)));
    },
    dispose: () => model.dispose(),
  };
}

const sizeOf = ({ shape }: Input): number => shape.reduce((product, length) => product * length, 1);

function tensorOf(input: Input, from: number, to: number): tf.Tensor {
  const size = sizeOf(input);
  const values = input.values.slice(from * size, to * size);
  return tf.tensor(values, [to - from, ...input.shape], input.dtype ?? 'float32');
}

async function readOutput(tensor: tf.Tensor): Promise<Output> {
  return { values: await tensor.data(), width: tensor.shape.length > 1 ? tensor.shape.at(-1)! : 1 };
}

function concatenated(parts: readonly Output[]): Output {
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.values.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  return { values, width: parts[0]!.width };
}

const named = (model: tf.GraphModel, inputs: readonly tf.Tensor[]): tf.NamedTensorMap =>
  Object.fromEntries(inputs.map((input, index) => [model.inputs[index]!.name, input]));

const isGraph = ({ modelTopology }: tf.io.ModelArtifacts): boolean =>
  modelTopology !== undefined && 'node' in modelTopology;

async function artifactsOf(path: string): Promise<tf.io.ModelArtifacts> {
  const json = JSON.parse(await readFile(path, 'utf8')) as tf.io.ModelJSON;
  return tf.io.getModelArtifactsForJSON(json, async (manifest) => {
    const files = manifest.flatMap(({ paths }) => paths).map((each) => readFile(join(dirname(path), each)));
    return [
      manifest.flatMap(({ weights }) => weights),
      new Uint8Array(Buffer.concat(await Promise.all(files))).buffer,
    ];
  });
}

type ReadModel = Pick<LoadedModel, 'topology' | 'weights'>;

function artifactsOfModel({ topology, weights }: ReadModel): tf.io.ModelArtifacts {
  const bytes = weights.map(
    ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return {
    modelTopology: topology as object,
    weightSpecs: weights.map(({ name, shape, dtype }) => ({
      name,
      shape: [...shape],
      dtype: dtype as 'float32',
    })),
    weightData: new Uint8Array(Buffer.concat(bytes)).buffer,
  };
}
