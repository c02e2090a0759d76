import { colourless } from '../../src/cli/colours.js';
import type { Outcome } from '../../src/cli/commands/index.js';
import { commands } from '../../src/cli/commands/index.js';
import { loadPipeline, loadSweeps } from '../../src/cli/pipeline.js';
import type { ScreenStyle } from '../../src/cli/screens/style.js';
import { exporters } from '../../src/export/index.js';
import { matchNames, removeDeadChannels } from '../../src/model/index.js';
import { planBits } from '../../src/plan/index.js';
import { openModel, readAny } from '../../src/session/index.js';
import { optionsOf } from '../options.js';

const style: ScreenStyle = { width: 80, colours: colourless, told: new Set() };

/** Prints what a command found, to nowhere. */
export async function show({ data, screen, document }: Outcome): Promise<void> {
  JSON.stringify(data);
  await screen(style);
  await document?.();
}

/** Does with a model what commands do that neither train nor measure. */
export async function useModel(model: string): Promise<void> {
  await show(await commands.inspect.run({ model }, { pipeline: loadPipeline, sweeps: loadSweeps }, {}));
  const { loaded, packed } = await readAny(model);
  if (packed !== undefined) for (const exporter of exporters) await exporter.export(packed, {});
  const opened = await openModel(removeDeadChannels(await matchNames(loaded)).model);
  try {
    planBits(opened.weights, { ...optionsOf('compress'), bits: 2 });
  } finally {
    opened.dispose();
  }
}
