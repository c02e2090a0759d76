import type { LayerReport } from '../layer-report.js';
import { type Severity, severities } from '../severity.js';
import type { Rule } from './rule.js';

/** Largest number of layers named in the message. */
const MAX_NAMES = 3;

/** Lowest level of a layer's verdict that fails the run. */
export const failOn: Rule = {
  name: 'fail-on',
  option: 'failOn',
  judge: ({ layers }, { failOn: limit }) => {
    if (limit === undefined) return null;
    const found = layers.filter((layer) => reaches(layer, limit)).map(({ name }) => name);
    if (found.length > 0) return { limit, value: found.length, passed: false, text: say(found, limit) };
    const unjudged = layers.filter(({ quantizer, verdict }) => quantizer !== null && verdict === null);
    if (unjudged.length > 0)
      return { limit, value: null, passed: false, text: unmeasured(unjudged.length, limit) };
    return { limit, value: 0, passed: true, text: say([], limit) };
  },
};

function reaches({ verdict }: LayerReport, limit: Severity): boolean {
  const { level } = verdict ?? { level: 'none' };
  return level !== 'none' && severities.indexOf(level) >= severities.indexOf(limit);
}

const unmeasured = (count: number, limit: Severity): string =>
  `not measured for ${count === 1 ? '1 layer' : `${count} layers`}, no ${verdictOf(limit)} allowed`;

const verdictOf = (limit: Severity): string => (limit === 'watch' ? 'watch or bottleneck' : limit);

function say(names: readonly string[], limit: Severity): string {
  const verdict = verdictOf(limit);
  if (names.length === 0) return `no layer is ${verdict}`;
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  const subject = names.length === 1 ? '1 layer is' : `${names.length} layers are`;
  return `${subject} ${verdict}, none allowed: ${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}
