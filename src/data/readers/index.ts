import type { DataReader } from '../dataset.js';
import { csv } from './csv.js';
import { idx } from './idx.js';
import { imageFolder } from './image-folder.js';
import { npy } from './npy.js';
import { npz } from './npz.js';

/** Every format that data can come in; the first one that accepts a path reads it. */
export const readers: readonly DataReader[] = [npz, npy, idx, csv, imageFolder];
