import type { RunControls } from '../core/index.js';
import { USUAL_PACE } from './checkpoints.js';
import { compressAs } from './compress-as.js';
import type { CompressOptions } from './options/commands.js';
import type { CompressResult } from './results.js';

/**
 * Compresses a model: plans the bits, fine-tunes toward the grid, packs, reads back, measures and reports.
 *
 * @returns The report, and the files in the output folder: model.qgt, report.json and what `report` asks for. Of a training
 *   that `stopEarly` ended, where a former run's files are there, model.partial.qgt alone.
 * @throws QgtError; nothing is written then but what `resume` goes on from.
 */
export async function compress(
  options: CompressOptions,
  controls: RunControls = {},
): Promise<CompressResult> {
  return compressAs(options, controls, { pace: USUAL_PACE });
}
