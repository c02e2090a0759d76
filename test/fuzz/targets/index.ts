import type { Target } from '../target.js';
import { csvFiles, idxFiles, imageFiles, npyFiles, npzFiles } from './data.js';
import { kerasFiles } from './keras.js';
import { graphModels, layersModels } from './models.js';
import { names } from './names.js';
import { checkpointStates, outputFolders } from './own-files.js';
import { packedFiles, runtimeFiles } from './packed.js';
import { sweeps } from './sweeps.js';
import { classLists, commandLines, configFiles, globs, reports } from './texts.js';

/** Every parser of what others may have written. */
export const targets: readonly Target[] = [
  layersModels,
  graphModels,
  kerasFiles,
  packedFiles,
  runtimeFiles,
  npyFiles,
  npzFiles,
  idxFiles,
  csvFiles,
  imageFiles,
  reports,
  configFiles,
  sweeps,
  commandLines,
  globs,
  classLists,
  names,
  outputFolders,
  checkpointStates,
];
