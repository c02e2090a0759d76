import { execFileSync } from 'node:child_process';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** What files are sent or kept as: each alone, as a server does it. */
export const packers = {
  gzip: total((file) => gzipSync(file, { level: 9 }).length),
  brotli: total(
    (file) => brotliCompressSync(file, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length,
  ),
  xz: total((file) => execFileSync('xz', ['-9e', '--stdout'], { input: file, maxBuffer: 2 ** 30 }).length),
  alone: total((file) => file.length),
} as const;

function total(bytesOf: (file: Buffer) => number): (files: readonly Buffer[]) => number {
  return (files) => files.reduce((sum, file) => sum + bytesOf(file), 0);
}
