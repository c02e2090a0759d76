import { formatShape } from '../../core/index.js';
import type { InspectedWeight, InspectResult } from '../../pipeline/results.js';
import { formatBytes, formatShare, NO_FIGURE, partTitles, shortenName } from '../../report/index.js';
import { type Fact, factList, joinParts, noteList } from './lists.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';
import { counted } from './text.js';

const FORMATS: Readonly<Record<InspectResult['format'], string>> = {
  'tfjs-layers': 'TensorFlow.js layers model',
  'tfjs-graph': 'TensorFlow.js graph model',
  keras: 'Keras archive (.keras)',
  'keras-h5': 'Keras HDF5 file (.h5)',
  qgt: 'packed by qgt',
};

const figure = (value: number | null) => (value === null ? NO_FIGURE : value.toPrecision(3));

const columnsFor = (width: number): readonly Column<InspectedWeight>[] => [
  { head: 'weight', least: width < 60 ? 14 : 28, cell: ({ name }) => name, shorten: shortenName },
  { head: 'kind', rank: 6, cell: ({ kind }) => kind },
  { head: 'shape', rank: 2, cell: ({ shape }) => formatShape(shape) },
  { head: 'dtype', rank: 5, cell: ({ dtype }) => dtype },
  { head: 'params', align: 'right', rank: 1, cell: ({ params }) => params.toLocaleString('en') },
  { head: 'size', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
  { head: 'bits', align: 'right', cell: ({ bitsPerWeight }) => String(Number(bitsPerWeight.toFixed(2))) },
  { head: 'min', align: 'right', rank: 3, cell: ({ min }) => figure(min) },
  { head: 'max', align: 'right', rank: 3, cell: ({ max }) => figure(max) },
  {
    head: 'zeros',
    align: 'right',
    rank: 4,
    cell: ({ zeros }) => (zeros === null ? NO_FIGURE : formatShare(zeros)),
  },
  { head: 'role', least: width < 60 ? 8 : 14, cell: ({ role }) => role },
];

/** Renders the screen of `inspect`. */
export function inspectionScreen(result: InspectResult, style: ScreenStyle): string {
  return joinParts(
    factList(facts(result), style),
    result.weights.length === 0 ? '' : renderTable(columnsFor(style.width), result.weights, style),
    noteList(result.notes, style),
  );
}

/** `kernels 8.11 kB, biases 98 B, topology and names 1.02 kB` */
const contentsText = ({ contents }: InspectResult): string =>
  contents.map(({ part, bytes }) => `${partTitles[part]} ${formatBytes(bytes)}`).join(', ');

function facts(result: InspectResult): Fact[] {
  const kernels = result.params === 0 ? 0 : result.kernelParams / result.params;
  const port = ({ name, shape }: { name: string; shape: readonly (number | null)[] }) =>
    `${name} ${formatShape(shape)}`;
  return [
    { name: 'model', value: result.source },
    { name: 'format', value: `${FORMATS[result.format]}, written by ${result.writtenBy}` },
    { name: 'size', value: `${formatBytes(result.bytes)}: ${contentsText(result)}` },
    {
      name: 'params',
      value: `${result.params.toLocaleString('en')} in ${counted(result.weights.length, 'weight')}, ${formatShare(kernels)} in kernels`,
    },
    {
      name: 'inputs',
      value: result.inputs.map((input) => `${port(input)} ${input.dtype}`).join(', ') || NO_FIGURE,
    },
    { name: 'outputs', value: result.outputs.map(port).join(', ') || NO_FIGURE },
  ];
}
