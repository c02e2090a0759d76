import { formatShape } from '../../core/index.js';
import type { Plan, PlannedLayer } from '../../pipeline/results.js';
import {
  FLOAT_BITS,
  formatBytes,
  formatDuration,
  formatRatio,
  inputRangesText,
  metricTitle,
  shortenName,
  summarizeFloats,
} from '../../report/index.js';
import { floatTable } from './floats.js';
import { factList, joinParts, noteList } from './lists.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';
import { counted } from './text.js';

const columns: readonly Column<PlannedLayer>[] = [
  { head: 'tensor', least: 14, cell: ({ name }) => name, shorten: shortenName },
  { head: 'kind', rank: 3, cell: ({ kind }) => kind },
  { head: 'shape', rank: 2, cell: ({ shape }) => formatShape(shape) },
  { head: 'bits', align: 'right', cell: ({ bits }) => String(bits) },
  { head: 'before', align: 'right', cell: ({ floatBytes }) => formatBytes(floatBytes) },
  { head: 'expected', align: 'right', cell: ({ expectedBytes }) => formatBytes(expectedBytes) },
  { head: 'why', rank: 1, least: 12, cell: ({ reason }) => reason },
];

/** Renders the screen of `compress --dry-run`. */
export function planScreen(plan: Plan, style: ScreenStyle): string {
  const { bytesBefore, expectedBytes, expectedRatio, expectedMs } = plan;
  const floats = summarizeFloats(
    plan.layers.map((layer) => ({ ...layer, packedBytes: layer.expectedBytes })),
  );
  const sizes = `${formatBytes(bytesBefore)} → about ${formatBytes(expectedBytes)}`;
  return joinParts(
    renderTable(
      columns,
      plan.layers.filter(({ bits }) => bits < FLOAT_BITS),
      style,
    ),
    floatTable(floats, style, { after: 'expected', listing: '--json' }),
    factList(
      [
        { name: 'model', value: plan.model },
        ...(plan.inputRanges === null
          ? []
          : [{ name: 'input range', value: inputRangesText(plan.inputRanges) }]),
        {
          name: plan.outputs.length === 1 ? 'output' : 'outputs',
          value: plan.outputs.map(outputText).join('; '),
        },
        {
          name: 'size',
          value: `${sizes}, ${formatRatio(expectedRatio)} times smaller`,
          paint: style.colours.bold,
        },
        {
          name: 'time',
          value: expectedMs === null ? 'nothing is trained' : `about ${formatDuration(expectedMs)}`,
        },
        ...(plan.efforts.length === 0 ? [] : [{ name: 'efforts', value: effortTimes(plan) }]),
        { name: 'written', value: 'nothing: this is the plan alone' },
      ],
      style,
    ),
    noteList(plan.notes, style),
  );
}

/** `dense: sigmoid of logits, binary-crossentropy, accuracy` */
function outputText({ output, kind, logits, loss, metric }: Plan['outputs'][number]): string {
  const form = kind === 'linear' ? 'plain values' : logits ? `${kind} of logits` : kind;
  return `${output}: ${form}, ${loss}, ${metricTitle(metric)}`;
}

const effortTimes = ({ efforts }: Plan): string =>
  efforts
    .map(
      ({ name, epochs, expectedMs }) => `${name} ${formatDuration(expectedMs)} (${counted(epochs, 'epoch')})`,
    )
    .join(', ');
