import { type RunControls, silent } from '../core/index.js';
import { type SetUpResult, setUpNative } from '../engine/index.js';
import type { SetUpEngineOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';

/**
 * Installs or repairs the native engine.
 *
 * @throws QgtError `engine` where no way works on this machine, `output` where its folder can't be written.
 */
export async function setUp(
  options: SetUpEngineOptions,
  { onProgress = silent, signal }: RunControls = {},
): Promise<SetUpResult> {
  const { prefix, force } = parseOptions('setup', options);
  return setUpNative({
    prefix,
    force,
    signal,
    onStep: ({ name, state, detail }) => {
      if (state === 'running') onProgress({ kind: 'stage', text: name });
      else if (state !== 'done') onProgress({ kind: 'note', text: `${name}: ${detail ?? state}` });
    },
  });
}
