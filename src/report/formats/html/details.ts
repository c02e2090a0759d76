import { formatBytes } from '../../figures.js';
import { summarizeFloats } from '../../floats.js';
import { inputRangesText } from '../../input-ranges.js';
import type { Report } from '../../report.js';
import { html, type Markup } from './markup.js';

/** Options that the list of facts already contains. */
const SAID = ['model', 'data', 'seed', 'output'];

/** Whether an option sets anything: no rule, no file and the like are no facts. */
const isSet = (value: unknown): boolean =>
  value !== undefined && (typeof value !== 'object' || value === null || Object.keys(value).length > 0);

/** Notes, float tensors and the settings that reproduce the run: everything besides the figures. */
export function details(report: Report): Markup {
  return html`${notes(report)}${floats(report)}${provenance(report)}`;
}

function notes({ notes: texts }: Report): Markup | null {
  return texts.length === 0
    ? null
    : html`<h3>Notes</h3>\n<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>\n`;
}

function floats({ layers, contents }: Report): Markup | null {
  const { count, floatBytes, packedBytes, groups } = summarizeFloats(layers, contents);
  if (count === 0) return null;
  const listed = groups
    .map(({ names, reason, packedBytes: bytes }) =>
      [...(names.length === 0 ? [] : [names.length]), reason, `(${formatBytes(bytes)})`].join(' '),
    )
    .join('; ');
  return html`<h3>Kept in float</h3>\n<p>${count} tensors, ${formatBytes(floatBytes)} → ${formatBytes(packedBytes)}: ${listed}.</p>\n`;
}

function provenance({ command, tool, model, engine, seed, data, options, output }: Report): Markup {
  const facts: readonly (readonly [string, string])[] = [
    ['Made by', `qgt ${command}`],
    ['Model', `${model.source} (${model.writtenBy})`],
    ...(output === null ? [] : [['Packed file', output] as const]),
    ['Data', `${data.source}, ${data.evalSamples.toLocaleString('en')} samples to measure on`],
    ['Input range', data.inputRanges === null ? 'as synthesised' : inputRangesText(data.inputRanges)],
    ['Engine', `${engine.name} (${engine.backend} ${engine.version})`],
    ['qgt', `${tool.version}, seed ${seed}`],
    ...Object.entries(options)
      .filter(([name, value]) => !SAID.includes(name) && isSet(value))
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const),
  ];
  return html`<h3>How it was made</h3>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
`;
}
