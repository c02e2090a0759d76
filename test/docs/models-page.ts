import { createRequire } from 'node:module';
import { completeGradients } from '../../src/engine/gradients/index.js';
import { endsGradient } from '../../src/engine/gradients/piecewise-constant.js';
import * as tf from '../../src/engine/tf.js';
import { KERNEL_INPUTS, PRODUCTS } from '../../src/model/graph/graph-kernels.js';
import { OWN_VECTORS } from '../../src/model/graph/trained-constants.js';
import { activations, counterparts, withoutCounterpart } from '../../src/model/keras3/counterparts.js';
import { layerKindOf } from '../../src/model/layers/index.js';
import { foreignFormats } from '../../src/model/read/foreign-formats.js';
import { REPLACEMENTS } from '../../src/model/topology/replaced-layers.js';
import '@tensorflow/tfjs-backend-cpu';
import { escapeCell, fillPart, table } from './markdown.js';

/** docs/models.md with its tables as the code and stock tfjs have them. */
export function renderModelsPage(current: string): string {
  const parts = {
    formats: formatTable(),
    layers: layerTable(),
    replaced: replacedTable(),
    activations: activationTable(),
    operations: operationTable(),
    constants: constantTable(),
    gradients: list(withoutGradient()),
  };
  return Object.entries(parts).reduce((page, [name, text]) => fillPart(page, name, text), current);
}

const code = (name: string): string => `\`${name}\``;
const list = (names: readonly string[]): string => names.map(code).join(', ');

function formatTable(): string {
  const rows = foreignFormats.map(({ name, remedy }) => [escapeCell(name), wayOut(remedy('FILE'))]);
  return table(['Refused', 'What to do'], rows);
}

/** A remedy whose command, after the colon, is set as code. */
function wayOut(remedy: string): string {
  const [, words, command] = /^([^:]*): (.*)$/.exec(remedy) ?? [];
  return words === undefined ? escapeCell(remedy) : `${escapeCell(words)}: ${code(command!)}`;
}

function layerTable(): string {
  const rows = [...Object.keys(counterparts), ...Object.keys(withoutCounterpart)]
    .toSorted((a, b) => a.localeCompare(b))
    .map((name) => [code(name), ...weightCells(name), inKeras(name)]);
  return table(['Layer', 'Stored as codes', 'Kept in float', 'In Keras 3'], rows);
}

function weightCells(className: string): string[] {
  const kind = layerKindOf(className);
  const bias = kind?.output?.bias ?? (kind?.kernels.recurrent_kernel === undefined ? undefined : 'bias');
  const floats = [...Object.keys(kind?.floats ?? {}), ...(bias === undefined ? [] : [bias])];
  return [list(Object.keys(kind?.kernels ?? {})), list(floats)];
}

function inKeras(className: string): string {
  if (Object.hasOwn(withoutCounterpart, className)) return `refused: ${withoutCounterpart[className]}`;
  return code(counterparts[className]?.className ?? className);
}

function replacedTable(): string {
  const rows = Object.entries(REPLACEMENTS).map(([name, { className, reason }]) => [
    code(name),
    code(className),
    reason,
  ]);
  return table(['In Keras', 'Written as', 'Reason'], rows);
}

function activationTable(): string {
  const rows = Object.entries(activations).map(([name, inKeras3]) => [
    code(name),
    name === 'hard_sigmoid' ? `${code(name)}, with the weights before it multiplied by 1.2` : code(inKeras3),
  ]);
  return table(['Activation', 'In Keras 3'], rows);
}

/** The lists of stock tfjs's converter, by the names that it has for them. */
function operationTable(): string {
  const require = createRequire(import.meta.url);
  const files =
    'arithmetic basic_math control convolution creation dynamic evaluation graph hash_table image';
  const more =
    'logical matrices normalization ragged reduction slice_join sparse spectral string transformation';
  const rows = `${files} ${more}`.split(' ').map((name) => {
    const file = `@tensorflow/tfjs-converter/dist/operations/op_list/${name}.js`;
    const { json } = require(file) as { json: readonly { tfOpName: string }[] };
    return [name.replaceAll('_', ' '), list(json.map(({ tfOpName }) => tfOpName))];
  });
  return table(['Kind', 'Operations'], rows);
}

function constantTable(): string {
  const kernels = [...Object.keys(KERNEL_INPUTS), ...Object.keys(PRODUCTS)];
  const names = [...new Set([...kernels, ...Object.keys(OWN_VECTORS)])].toSorted();
  const rows = names.map((name) => [
    code(name),
    kernels.includes(name) ? 'codes' : '',
    OWN_VECTORS[name] === undefined ? '' : 'float, trained',
  ]);
  return table(['Operation', 'Kernel', 'Vectors: biases, slopes, gamma and beta'], rows);
}

/** Kernels of tfjs through which nothing is learned, less those that are gradients, are taken apart or only make numbers. */
function withoutGradient(): string[] {
  completeGradients();
  const aside = /Grad$|Backprop|^_?Fused|^(Fill|Range|LinSpace|Draw|RaggedRange)$/;
  return tf
    .getKernelsForBackend('cpu')
    .map(({ kernelName }) => kernelName)
    .filter((name) => !aside.test(name) && endsGradient(name))
    .toSorted();
}
