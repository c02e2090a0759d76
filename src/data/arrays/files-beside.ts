import { basename, dirname, join } from 'node:path';
import { labelFileNames } from './array-names.js';

/** Paths at which the labels of a file of inputs may lie, in the order in which they are looked for. */
export function filesBeside(file: string): string[] {
  const [folder, name] = [dirname(file), basename(file)];
  const names = /\.npy$/i.test(name) ? labelFileNames(name) : idxLabels(name);
  return names.map((each) => join(folder, each));
}

/** Names of the labels of images in MNIST's format. */
function idxLabels(images: string): string[] {
  const name = images.replace(/images([-.])idx\d/i, 'labels$1idx1');
  if (name === images) return [];
  const bare = name.replace(/\.gz$/i, '');
  return [bare, `${bare}.gz`];
}
