import type { EvaluatedModel, EvaluateResult, OutputAgreement, OutputDrop } from '../../pipeline/results.js';
import {
  formatBytes,
  formatDropAround,
  formatMetric,
  inputRangesText,
  metricTitle,
  noiseText,
} from '../../report/index.js';
import { type Fact, factList, joinParts, noteList } from './lists.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';
import { counted } from './text.js';

/** Renders the screen of `eval`. */
export function evaluationScreen(result: EvaluateResult, style: ScreenStyle): string {
  return joinParts(
    renderTable(columnsOf(result), result.models, style),
    factList(facts(result), style),
    noteList(result.notes, style),
  );
}

function columnsOf({ models }: EvaluateResult): Column<EvaluatedModel>[] {
  const outputs = models[0]?.metrics ?? [];
  return [
    { head: 'model', least: 14, cell: ({ source }) => source },
    { head: 'size', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
    ...outputs.map(({ output, name }, index) => ({
      head: outputs.length === 1 ? metricTitle(name) : `${output}\n${metricTitle(name)}`,
      align: 'right' as const,
      cell: ({ metrics }: EvaluatedModel) => formatMetric(name, metrics[index]!.value),
    })),
  ];
}

function facts({
  data,
  samples,
  skippedFiles,
  inputRanges,
  agreement,
  drop,
  reference,
}: EvaluateResult): Fact[] {
  const skipped = skippedFiles === 0 ? '' : `, ${counted(skippedFiles, 'file')} skipped`;
  const list: Fact[] = [
    { name: 'data', value: `${data}, ${counted(samples, 'sample')}${skipped}` },
    { name: 'input range', value: inputRangesText(inputRanges) },
  ];
  return [
    ...list,
    ...(agreement === null
      ? []
      : [{ name: 'agreement', value: `${agreementText(agreement)}, held against ${reference}` }]),
    ...(drop === null ? [] : [{ name: 'difference', value: dropText(drop) }]),
  ];
}

const dropText = (outputs: readonly OutputDrop[]): string =>
  outputTexts(outputs, ({ name, points, margin }) => formatDropAround(name, points, margin));

const agreementText = (outputs: readonly OutputAgreement[]): string =>
  outputTexts(
    outputs,
    ({ name, value, sqnrDb }) =>
      `${name === 'r2' ? 'R2 ' : ''}${formatMetric(name, value)}${noiseText(name, sqnrDb)}`,
  );

/** A figure of each output, behind its name where there are several. */
function outputTexts<Item extends { readonly output: string }>(
  outputs: readonly Item[],
  figureOf: (item: Item) => string,
): string {
  return outputs
    .map((each) => (outputs.length === 1 ? figureOf(each) : `${each.output} ${figureOf(each)}`))
    .join(', ');
}
