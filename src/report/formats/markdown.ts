import { formatShape } from '../../core/index.js';
import { fallenClasses } from '../class-accuracy.js';
import { escapeText } from '../escape-text.js';
import {
  formatBytes,
  formatCost,
  formatDecibels,
  formatDuration,
  formatRatio,
  formatResidual,
  formatShare,
} from '../figures.js';
import { FLOAT_BITS } from '../float-bits.js';
import { summarizeFloats } from '../floats.js';
import type { ReportFormat } from '../format.js';
import { frontAround } from '../front.js';
import type { LayerReport } from '../layer-report.js';
import { metricTexts } from '../metric-text.js';
import { nextSteps } from '../next-steps.js';
import { adviceOf, byGain } from '../remedies.js';
import type { Report } from '../report.js';

const HEADS = [
  'Layer',
  'Kind',
  'Shape',
  'Bits',
  'Before',
  'After',
  'Bits a weight',
  'Weight SQNR, dB',
  'Output SQNR, dB',
  'QGT residual',
  'Bottleneck',
];
const ALIGNMENT = HEADS.map((_, column) => (column > 2 && column < HEADS.length - 1 ? '--:' : '---'));

/** A GitHub table with the totals above it, for a pull request or a job's summary. */
export const markdown = {
  name: 'markdown',
  fileName: 'report.md',
  describe: 'a GitHub table and the totals, for a pull request or a job summary',
  render: (report) =>
    `${[title(report), totals(report), warnings(report), checks(report), next(report), causes(report), classes(report), table(report), bottlenecks(report), widths(report), notes(report)].filter((part) => part !== '').join('\n\n')}\n`,
} satisfies ReportFormat;

function title({ command, model }: Report): string {
  return `## qgt ${command}: ${escapeText(model.source)}`;
}

function totals({ totals: { bytesBefore, bytesAfter, ratio, durationMs }, metric, engine }: Report): string {
  const lines = [
    `- Size: ${formatBytes(bytesBefore)} → ${formatBytes(bytesAfter)}, **${formatRatio(ratio)} times smaller**`,
  ];
  if (metric === null) lines.push('- Accuracy: not measured');
  else {
    const measured = `on ${metric.samples} samples (${escapeText(metric.on)})`;
    for (const { name, value } of metricTexts(metric))
      lines.push(`- ${escapeText(name)}: ${value}, ${measured}`);
  }
  lines.push(`- Time: ${formatDuration(durationMs)}, ${engine.name} engine`);
  return lines.join('\n');
}

function warnings({ warnings: all }: Report): string {
  return all.map(({ text }) => `- ⚠ ${escapeText(text)}`).join('\n');
}

function checks({ checks: all }: Report): string {
  const lines = all.map(({ rule, level, passed, text }) => {
    const mark = passed ? '✅' : level === 'error' ? '❌' : '⚠';
    return `- ${mark} \`--${rule}\`: ${escapeText(text)}`;
  });
  return lines.length === 0 ? '' : ['### Checks', '', ...lines].join('\n');
}

/** Steps that are listed, the first ones. */
const MAX_STEPS = 3;

function next(report: Report): string {
  const steps = nextSteps(report)
    .slice(0, MAX_STEPS)
    .map(({ text, command }) => `1. ${escapeText(text)}${command === '' ? '' : `: ${escapeText(command)}`}`);
  return steps.length === 0 ? '' : ['### What to do next', '', ...steps].join('\n');
}

function causes({ causes: all }: Report): string {
  const lines = all.map(({ text }) => `- ${escapeText(text)}`);
  return lines.length === 0 ? '' : ['### Why it lost', '', ...lines].join('\n');
}

/** Classes that are listed, those that lost most. */
const MAX_CLASSES = 10;

function classes({ metric }: Report): string {
  const fallen = metric === null ? [] : fallenClasses(metric);
  if (fallen.length === 0) return '';
  const rows = fallen
    .slice(0, MAX_CLASSES)
    .map(({ name, samples, before, after }) => [
      escapeText(name),
      String(samples),
      formatShare(before),
      formatShare(after),
    ]);
  const table = [['Class', 'Samples', 'Before', 'After'], ['---', '--:', '--:', '--:'], ...rows];
  return ['### Classes that lost most', '', ...table.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

function table({ layers, contents }: Report): string {
  const rows = byGain(layers).map(layerCells);
  const floats = summarizeFloats(layers, contents);
  if (floats.count > 0) {
    const { count, floatBytes, packedBytes } = floats;
    const name = `${count} ${count === 1 ? 'tensor' : 'tensors'} kept in float`;
    rows.push([
      name,
      '',
      '',
      String(FLOAT_BITS),
      formatBytes(floatBytes),
      formatBytes(packedBytes),
      '',
      '',
      '',
      '',
      '',
    ]);
  }
  return [HEADS, ALIGNMENT, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function layerCells(layer: LayerReport): string[] {
  return [
    escapeText(layer.name),
    escapeText(layer.kind),
    formatShape(layer.shape),
    String(layer.bits),
    formatBytes(layer.floatBytes),
    formatBytes(layer.packedBytes),
    layer.bitsPerWeight.toFixed(2),
    formatDecibels(layer.sqnrDb),
    formatDecibels(layer.outputSqnrDb),
    formatResidual(layer.residual),
    layer.verdict?.level === 'bottleneck' ? '⚠' : '',
  ];
}

function bottlenecks({ layers }: Report): string {
  const lines = layers.flatMap(({ name, verdict }) =>
    verdict?.level === 'bottleneck' ? [`- ${escapeText(`${name}: ${adviceOf(verdict)}`)}`] : [],
  );
  return lines.length === 0 ? '' : ['### Bottlenecks', '', ...lines].join('\n');
}

function widths({ allocation }: Report): string {
  if (allocation === null) return '';
  const rows = frontAround(allocation).map(({ bytes, ratio, predictedCost, drop, chosen }) => {
    const size = `${formatBytes(bytes)}, ${formatRatio(ratio)} times smaller`;
    const measured = drop === null ? '' : `; ${drop.toFixed(2)} points lost on held-out samples`;
    const text = `${size}: predicted cost ${formatCost(predictedCost)}${measured}`;
    return chosen ? `- **${text}**` : `- ${text}`;
  });
  const { option, met } = allocation.goal;
  return [`### Widths, --${option} ${met ? 'kept' : 'not kept'}`, '', ...rows].join('\n');
}

function notes({ notes: texts }: Report): string {
  return texts.length === 0
    ? ''
    : ['### Notes', '', ...texts.map((text) => `- ${escapeText(text)}`)].join('\n');
}
