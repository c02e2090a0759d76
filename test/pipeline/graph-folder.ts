import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A node of a graph as the converter writes it. */
export interface Node {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

/** A constant of a graph. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

const TYPES = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const;

/** An input of a graph; sizes of -1 are open. */
export const placeholder = (
  name: string,
  sizes: readonly number[],
  dtype: keyof typeof TYPES = 'float32',
): Node => ({
  name,
  op: 'Placeholder',
  attr: {
    dtype: { type: TYPES[dtype] },
    shape: { shape: { dim: sizes.map((size) => ({ size: String(size) })) } },
  },
});

/** An operation of a graph on floats. */
export const operation = (op: string, name: string, input: readonly string[], attr = {}): Node => ({
  name,
  op,
  input,
  attr: { T: { type: 'DT_FLOAT' }, ...attr },
});

/** Writes a GraphModel into a folder. */
export async function saveGraphModel(
  folder: string,
  nodes: readonly Node[],
  constants: readonly Constant[],
  more: { readonly library?: unknown; readonly signature?: unknown } = {},
): Promise<string> {
  const isInt = ({ values }: Constant) => values instanceof Int32Array;
  const dtypeOf = (constant: Constant) => (isInt(constant) ? 'int32' : 'float32');
  const own = constants.map((constant) => ({
    name: constant.name,
    op: 'Const',
    attr: { dtype: { type: TYPES[dtypeOf(constant)] } },
  }));
  const weights = constants.map((constant) => ({
    name: constant.name,
    shape: constant.shape,
    dtype: dtypeOf(constant),
  }));
  const model = {
    format: 'graph-model',
    modelTopology: { node: [...own, ...nodes], versions: { producer: 1 }, library: more.library },
    signature: more.signature,
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  };
  await writeFile(join(folder, 'model.json'), JSON.stringify(model));
  const bytes = constants.map(({ values }) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  );
  await writeFile(join(folder, 'weights.bin'), Buffer.concat(bytes));
  return folder;
}
