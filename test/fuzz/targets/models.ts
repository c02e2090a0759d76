import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { operation, placeholder, saveGraphModel } from '../../pipeline/graph-folder.js';
import { saveManyLayers } from '../many-layers.js';
import { mutateJson } from '../mutate-json.js';
import { fromSeeds, seededInput } from '../seeded-input.js';
import type { Target } from '../target.js';
import { useModel } from '../use-model.js';

async function saveGraph(folder: string): Promise<void> {
  const constant = (name: string, ...shape: number[]) => ({
    name,
    shape,
    values: new Float32Array(shape.reduce((size, side) => size * side, 1)).fill(0.5),
  });
  const axes = { name: 'axes', shape: [2], values: Int32Array.of(1, 2) };
  const strides = { list: { i: ['1', '1', '1', '1'] } };
  const convolution = {
    strides,
    padding: { s: 'U0FNRQ==' },
    dataFormat: { s: 'TkhXQw==' },
    dilations: strides,
  };
  const nodes = [
    placeholder('x', [-1, 4, 4, 2]),
    operation('Conv2D', 'conv', ['x', 'kernel'], convolution),
    operation('BiasAdd', 'biased', ['conv', 'bias']),
    operation('Relu', 'active', ['biased']),
    operation('Mean', 'mean', ['active', 'axes'], { keep_dims: { b: false }, Tidx: { type: 'DT_INT32' } }),
    operation('MatMul', 'product', ['mean', 'dense'], {
      transpose_a: { b: false },
      transpose_b: { b: false },
    }),
    operation('Softmax', 'y', ['product']),
  ];
  const constants = [constant('kernel', 2, 2, 2, 3), constant('bias', 3), constant('dense', 3, 2), axes];
  const tensor = (name: string, ...sizes: number[]) => ({
    name: `${name}:0`,
    dtype: 'DT_FLOAT',
    tensorShape: { dim: sizes.map((size) => ({ size: String(size) })) },
  });
  const signature = { inputs: { x: tensor('x', -1, 4, 4, 2) }, outputs: { y: tensor('y', -1, 2) } };
  const argument = (name: string) => ({ name, type: 'DT_FLOAT' });
  const library = {
    function: [
      {
        signature: { name: 'twice', inputArg: [argument('a')], outputArg: [argument('b')] },
        ret: { b: 'sum:z:0' },
        nodeDef: [operation('AddV2', 'sum', ['a', 'a'])],
      },
    ],
  };
  await saveGraphModel(folder, nodes, constants, { signature, library });
}

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));

/** A target of models in folders: model.json is mutated, the weights stay. */
const modelTarget = (name: string, prepare: (folder: string) => Promise<string[]>): Target => ({
  name,
  share: 3,
  async setUp(folder) {
    const folders = await prepare(folder);
    const files = folders.map((each) => join(each, 'model.json'));
    return {
      make: fromSeeds(await Promise.all(files.map((file) => readFile(file))), mutateJson),
      async run(input) {
        const { seed, bytes } = seededInput(input);
        await writeFile(join(folders[seed]!, 'mutated.json'), bytes);
        await useModel(join(folders[seed]!, 'mutated.json'));
      },
    };
  },
});

/** Copies a fixture's files, since inputs are written beside the weights. */
async function copied(name: string, folder: string, weights: string): Promise<string> {
  const to = join(folder, name);
  await mkdir(to);
  for (const file of ['model.json', weights])
    await writeFile(join(to, file), await readFile(join(fixture(name), file)));
  return to;
}

/** LayersModels, of tfjs and of Keras 3. */
export const layersModels = modelTarget('layers', async (folder) => {
  const own = join(folder, 'own');
  await mkdir(own);
  await saveManyLayers(own);
  return [
    own,
    await copied('keras3-functional', folder, 'group1-shard1of1.bin'),
    await copied('keras3-sequential', folder, 'group1-shard1of1.bin'),
  ];
});

/** GraphModels. */
export const graphModels = modelTarget('graph', async (folder) => {
  await saveGraph(folder);
  return [folder];
});
