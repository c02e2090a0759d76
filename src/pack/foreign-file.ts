import { QgtError } from '../core/index.js';

const LOOKS: readonly (readonly [start: RegExp, what: string])[] = [
  [/^$/, 'an empty file'],
  [/^\s*</, 'HTML or XML'],
  [/^\s*[{[]/, 'JSON'],
  [/^PK/, 'a zip archive'],
  [/^.\x8b/s, 'gzip'],
  [/^.HDF/s, 'HDF5'],
  [/^.{4}TFL3/s, 'TensorFlow Lite'],
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer'],
];

/** The error for a file that is something else, saying what it looks like. */
export function foreignFile(bytes: Uint8Array, where: string): QgtError {
  const start = String.fromCharCode(...bytes.subarray(0, 32));
  const found = LOOKS.find(([pattern]) => pattern.test(start));
  return new QgtError('bad-qgt', {
    where,
    what: 'not a .qgt file',
    got: found ? found[1] : `bytes ${[...bytes.subarray(0, 4)].map((byte) => byte.toString(16)).join(' ')}`,
    remedy: 'check the path',
  });
}
