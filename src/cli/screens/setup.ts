import type { SetUpResult } from '../../pipeline/results.js';
import { factList, joinParts } from './lists.js';
import type { ScreenStyle } from './style.js';

/** Renders the screen of `setup`. */
export function setUpScreen({ folder, source, version, ms }: SetUpResult, style: ScreenStyle): string {
  return joinParts(
    factList(
      [
        { name: 'engine', value: `tfjs-node ${version} works`, paint: style.colours.bold },
        { name: 'folder', value: folder },
        { name: 'from', value: `${source}, in ${(ms / 1000).toFixed(0)} s` },
        { name: 'next', value: 'nothing: compress, analyze and eval take it by themselves' },
      ],
      style,
    ),
  );
}
