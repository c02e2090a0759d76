import { open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { QgtError } from '../../core/index.js';

/** A file of another framework, and what turns it into a TensorFlow.js model. */
interface ForeignFormat {
  readonly name: string;
  readonly extensions: readonly string[];
  /** The bytes a file starts with (latin1), where they tell. */
  readonly magic?: string;
  readonly remedy: (file: string) => string;
}

const fromTensorFlow = (file: string): string =>
  `convert the model that ${file} was made from: tensorflowjs_converter --input_format=tf_saved_model --output_format=tfjs_graph_model saved_model/ web_model/`;

const FOREIGN_FORMATS: readonly ForeignFormat[] = [
  { name: 'a TensorFlow Lite model', extensions: ['.tflite', '.lite'], remedy: fromTensorFlow },
  { name: 'an ONNX model', extensions: ['.onnx'], remedy: fromTensorFlow },
  { name: 'a TensorFlow graph', extensions: ['.pb', '.pbtxt'], remedy: fromTensorFlow },
  {
    name: 'a PyTorch or safetensors file',
    extensions: ['.pt', '.pth', '.safetensors'],
    remedy: fromTensorFlow,
  },
  {
    name: 'a packed model',
    extensions: ['.qgt'],
    magic: 'QGT',
    remedy: () => 'give the model.json that it was made from; what is packed already is not packed again',
  },
  {
    name: 'a weight file',
    extensions: ['.bin'],
    remedy: () => 'give the model.json that names it',
  },
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
    FOREIGN_FORMATS.find(({ magic }) => magic !== undefined && start.startsWith(magic)) ??
    FOREIGN_FORMATS.find(({ extensions }) => extensions.includes(extension));
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
  if (names.includes('saved_model.pb') || names.includes('saved_model.pbtxt')) {
    throw new QgtError('bad-model', {
      where: folder,
      what: 'this is a TensorFlow SavedModel',
      expected: 'a folder with a model.json',
      remedy: `convert it: tensorflowjs_converter --input_format=tf_saved_model --output_format=tfjs_graph_model ${folder} web_model/`,
    });
  }
  const foreign = names.find((name) =>
    FOREIGN_FORMATS.some(
      ({ name: kind, extensions }) => kind !== 'a weight file' && extensions.includes(extname(name)),
    ),
  );
  if (foreign === undefined) return;
  const format = FOREIGN_FORMATS.find(({ extensions }) => extensions.includes(extname(foreign)))!;
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
