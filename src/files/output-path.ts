import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { OWN_FOLDER } from './own-folder.js';

/** A path, relative to an output folder, of a file in it that may be an output. */
export const outputPathSchema = z.string().refine((path) => {
  const parts = path.split(/[\\/]/);
  const isPlain = parts.every((part) => !['', '.', '..'].includes(part)) && !path.includes('\0');
  return isPlain && !isAbsolute(path) && parts[0] !== OWN_FOLDER;
});
