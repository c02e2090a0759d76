import type { EvaluatedModel, EvaluateResult } from '../../pipeline/results.js';
import { formatBytes, formatMetric, formatShare } from '../../report/index.js';
import { type Fact, factList, joinParts, noteList } from './lists.js';
import type { ScreenStyle } from './style.js';
import { type Column, renderTable } from './table.js';
import { counted } from './text.js';

/** What `eval` prints. */
export function evaluationScreen(result: EvaluateResult, style: ScreenStyle): string {
  return joinParts(
    renderTable(columnsOf(result), result.models, style),
    factList(facts(result), style),
    noteList(result.notes, style),
  );
}

function columnsOf({ models }: EvaluateResult): Column<EvaluatedModel>[] {
  return [
    { head: 'model', least: 14, cell: ({ source }) => source },
    { head: 'size', align: 'right', cell: ({ bytes }) => formatBytes(bytes) },
    {
      head: models[0]?.metric.name ?? 'metric',
      align: 'right',
      cell: ({ metric }) => formatMetric(metric.name, metric.value),
    },
  ];
}

function facts({ data, samples, skippedFiles, inputRange, agreement }: EvaluateResult): Fact[] {
  const skipped = skippedFiles === 0 ? '' : `, ${counted(skippedFiles, 'file')} skipped`;
  const list: Fact[] = [
    { name: 'data', value: `${data}, ${counted(samples, 'sample')}${skipped}` },
    { name: 'input range', value: inputRange },
  ];
  return agreement === null ? list : [...list, { name: 'agreement', value: formatShare(agreement) }];
}
