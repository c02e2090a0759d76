import type { InitResult } from '../../pipeline/results.js';
import { factList, joinParts } from './lists.js';
import type { ScreenStyle } from './style.js';

/** Renders the screen of `init`. */
export function initScreen({ file, config }: InitResult, style: ScreenStyle): string {
  const options = Object.entries(config).map(([name, value]) => `${name} ${String(value)}`);
  return joinParts(
    factList(
      [
        { name: 'written', value: `${file}: ${options.join(', ')}` },
        {
          name: 'next',
          value: 'qgt compress <model>, where <model> is the path of your model.json, .keras or .h5',
          paint: style.colours.bold,
        },
      ],
      style,
    ),
  );
}
