import { open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { QgtError } from '../../core/index.js';

/** A format that is not read, and what makes a model that is. */
export interface ForeignFormat {
  readonly name: string;
  readonly extensions: readonly string[];
  /** The bytes a file starts with (latin1), where they tell. */
  readonly magic?: string;
  /** The way out, with the command to run. */
  readonly remedy: (file: string) => string;
}

const quoted = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path}'`);

const convertSavedModel = (folder: string): string =>
  `tensorflowjs_converter --input_format=tf_saved_model --output_format=tfjs_graph_model ${quoted(folder)} web_model/`;
const convertOnnx = (file: string): string =>
  `onnx2tf -i ${quoted(file)} -o saved_model && ${convertSavedModel('saved_model')}`;

/** Folders that TensorFlow saved, by a file that only such a folder has; the first that fits. */
const FOREIGN_FOLDERS: readonly (Pick<ForeignFormat, 'name' | 'remedy'> & { readonly file: RegExp })[] = [
  {
    name: 'a SavedModel of Keras 2',
    file: /^keras_metadata\.pb$/,
    remedy: (folder) =>
      `save it as a file with the TensorFlow that wrote it, or tf_keras: python -c "import tensorflow as tf; tf.keras.models.load_model('${folder}').save('model.keras')"`,
  },
  {
    name: 'a TensorFlow SavedModel',
    file: /^saved_model\.pb(txt)?$/,
    remedy: (folder) => `convert it: pip install tensorflowjs && ${convertSavedModel(folder)}`,
  },
];

/** Files that are not read. */
const FOREIGN_FILES: readonly ForeignFormat[] = [
  {
    name: 'a TensorFlow Lite model',
    extensions: ['.tflite', '.lite'],
    remedy: (file) =>
      `take the model that it was made from, or convert it: pip install tf2onnx onnx2tf tensorflowjs && python -m tf2onnx.convert --tflite ${quoted(file)} --output model.onnx && ${convertOnnx('model.onnx')}`,
  },
  {
    name: 'an ONNX model',
    extensions: ['.onnx'],
    remedy: (file) => `convert it: pip install onnx2tf tensorflowjs && ${convertOnnx(file)}`,
  },
  {
    name: 'a TensorFlow graph',
    extensions: ['.pb', '.pbtxt'],
    remedy: (file) =>
      `convert it with the names of its outputs: tensorflowjs_converter --input_format=tf_frozen_model --output_node_names=NAMES ${quoted(file)} web_model/`,
  },
  {
    name: 'a PyTorch or safetensors file',
    extensions: ['.pt', '.pth', '.safetensors'],
    remedy: () =>
      `load it in PyTorch, torch.onnx.export(model, example, 'model.onnx'), and convert that: pip install onnx2tf tensorflowjs && ${convertOnnx('model.onnx')}`,
  },
  {
    name: 'a packed model',
    extensions: ['.qgt'],
    magic: 'QGT',
    remedy: () => "give the model.json that it was made from; a packed model can't be packed again",
  },
  {
    name: 'a weight file',
    extensions: ['.bin'],
    remedy: () => 'give the model.json that names it',
  },
];

/** Formats of other programs that are refused, each with the way out. */
export const foreignFormats: readonly Pick<ForeignFormat, 'name' | 'remedy'>[] = [
  ...FOREIGN_FOLDERS,
  ...FOREIGN_FILES,
];

/**
 * Refuses a file that another framework wrote, by its first bytes or its extension.
 *
 * @param start  First bytes of the file, as latin1.
 * @throws QgtError `bad-model` with the command that converts it.
 */
export function refuseForeignFile(file: string, start: string): void {
  const extension = extname(file).toLowerCase();
  const format =
    FOREIGN_FILES.find(({ magic }) => magic !== undefined && start.startsWith(magic)) ??
    FOREIGN_FILES.find(({ extensions }) => extensions.includes(extension));
  if (format === undefined) return;
  throw new QgtError('bad-model', {
    where: file,
    what: `this is ${format.name}`,
    expected: 'the JSON file of a TensorFlow.js model, or a .keras or .h5 of Keras',
    remedy: format.remedy(file),
  });
}

/**
 * Refuses a folder that holds another framework's model.
 *
 * @throws QgtError `bad-model` with the command that converts it.
 */
export function refuseForeignFolder(folder: string, names: readonly string[]): void {
  const saved = FOREIGN_FOLDERS.find(({ file }) => names.some((name) => file.test(name)));
  if (saved !== undefined) {
    throw new QgtError('bad-model', {
      where: folder,
      what: `this is ${saved.name}`,
      expected: 'a folder with a model.json, or a .keras or .h5',
      remedy: saved.remedy(folder),
    });
  }
  const foreign = names.find((name) =>
    FOREIGN_FILES.some(
      ({ name: kind, extensions }) => kind !== 'a weight file' && extensions.includes(extname(name)),
    ),
  );
  if (foreign === undefined) return;
  const format = FOREIGN_FILES.find(({ extensions }) => extensions.includes(extname(foreign)))!;
  throw new QgtError('bad-model', {
    where: folder,
    what: `no model.json in this folder, but ${format.name} (${foreign})`,
    remedy: format.remedy(join(folder, foreign)),
  });
}

/** The first bytes of a file, as latin1. */
export async function firstBytes(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await handle.close();
  }
}
