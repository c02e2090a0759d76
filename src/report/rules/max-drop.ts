import { dropUnit } from '../metric-scale.js';
import { figureRule, numeral } from './figure-rule.js';
import type { Unchecked } from './rule.js';

/** Upper limit on the drop of the model's metric, in points. */
export const maxDrop = figureRule({
  name: 'max-drop',
  option: 'maxDrop',
  bound: 'at most',
  figure: pointsLost,
  say: (points, { metric }) => {
    const unit = dropUnit(metric?.name ?? 'accuracy');
    return `${numeral(Math.abs(points))} ${unit} ${points < 0 ? 'gained' : 'lost'}`;
  },
});

/**
 * Points lost as measured; where the widths were chosen for a drop, as that search counts them; null where the labels seem
 * not to be the model's, which then has nothing to lose.
 *
 * The float model may have memorised the samples held out, so only the search's count is fair on them; `eval`
 * names others, on which the limit must be kept as well.
 */
function pointsLost({ metric, allocation, options, warnings }: Unchecked): number | null {
  if (metric === null || warnings.some(({ code }) => code === 'unlike-labels')) return null;
  const measured = metric.drop;
  if (allocation?.goal.option !== 'max-drop') return measured;
  return options.eval === undefined ? allocation.goal.value : Math.max(allocation.goal.value, measured);
}
