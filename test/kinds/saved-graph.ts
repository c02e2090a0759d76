import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tf from '../../src/engine/tf.js';

const type = { type: 'DT_FLOAT' };

/** Activations of Dense layers as TensorFlow's ops. */
const ops: Readonly<Record<string, string>> = { relu: 'Relu', softmax: 'Softmax' };

/** A tensor as the converter's signature describes it. */
const tensorInfo = (name: string, [tensor]: tf.SymbolicTensor[]) => ({
  name: `${name}:0`,
  dtype: type.type,
  tensorShape: { dim: [{ size: '-1' }, { size: String(tensor!.shape[1]) }] },
});

/** Saves a stack of Dense layers as a GraphModel. @returns The path of model.json. */
export async function saveAsGraph(model: tf.LayersModel, folder: string): Promise<string> {
  const weights: { name: string; shape: number[]; values: Float32Array }[] = [];
  const size = { dim: [-1, model.inputs[0]!.shape[1]!].map((each) => ({ size: String(each) })) };
  const node: object[] = [{ name: 'x', op: 'Placeholder', attr: { dtype: type, shape: { shape: size } } }];
  let last = 'x';
  const add = (name: string, op: string, ...more: string[]) => {
    node.push({ name, op, input: [last, ...more], attr: { T: type } });
    last = name;
  };
  for (const [index, layer] of model.layers.entries()) {
    const names = [`kernel${index}`, `bias${index}`] as const;
    for (const [which, tensor] of layer.getWeights().entries()) {
      const values = Float32Array.from(tensor.dataSync<'float32'>());
      weights.push({ name: names[which]!, shape: tensor.shape, values });
      node.push({ name: names[which]!, op: 'Const', attr: { dtype: type } });
    }
    add(`product${index}`, 'MatMul', names[0]);
    add(`sum${index}`, 'BiasAdd', names[1]);
    const { activation } = layer.getConfig();
    const op = typeof activation === 'string' ? ops[activation] : undefined;
    if (op !== undefined) add(`active${index}`, op);
  }
  const specs = weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const file = join(folder, 'model.json');
  await writeFile(
    file,
    JSON.stringify({
      format: 'graph-model',
      signature: {
        inputs: { x: tensorInfo('x', model.inputs) },
        outputs: { y: tensorInfo(last, model.outputs) },
      },
      modelTopology: { node, versions: { producer: 1 } },
      weightsManifest: [{ paths: ['weights.bin'], weights: specs }],
    }),
  );
  await writeFile(
    join(folder, 'weights.bin'),
    Buffer.concat(weights.map(({ values }) => Buffer.from(values.buffer))),
  );
  return file;
}
