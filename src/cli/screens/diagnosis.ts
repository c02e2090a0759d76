import type { Diagnosis, EngineDiagnosis } from '../../pipeline/results.js';
import { formatBytes } from '../../report/index.js';
import { type Fact, factList, joinParts } from './lists.js';
import type { ScreenStyle } from './style.js';

/** Renders the screen of `doctor`. */
export function diagnosisScreen(diagnosis: Diagnosis, style: ScreenStyle): string {
  const { qgt, node, npm, system, processor, cores, features, memoryBytes, engines } = diagnosis;
  const remedy = engines.find((engine) => !engine.works && engine.remedy !== null);
  return joinParts(
    factList(
      [
        { name: 'qgt', value: qgt },
        { name: 'Node', value: `${node}, npm ${npm ?? 'not found'}` },
        { name: 'system', value: system },
        { name: 'processor', value: [`${cores} x ${processor}`, ...features].join(', ') },
        {
          name: 'memory',
          value: `${formatBytes(memoryBytes.total)}, ${formatBytes(memoryBytes.free)} of it free`,
        },
        ...engines.map((engine) => engineFact(engine, diagnosis, style)),
      ],
      style,
    ),
    remedy === undefined
      ? ''
      : factList(
          [{ name: 'do', value: 'qgt setup, which makes the native engine work', paint: style.colours.bold }],
          style,
        ),
  );
}

function engineFact(engine: EngineDiagnosis, { nativeSpeedup }: Diagnosis, { colours }: ScreenStyle): Fact {
  if (!engine.works) return { name: engine.name, value: engine.reason, paint: colours.red };
  const ratio =
    engine.name === 'native' && nativeSpeedup !== null
      ? `, ${nativeSpeedup.toFixed(1)} times as fast as embedded`
      : '';
  return {
    name: engine.name,
    value: `works, ${engine.version}; a small training step takes ${engine.stepMs.toFixed(1)} ms${ratio}`,
    paint: colours.bold,
  };
}
