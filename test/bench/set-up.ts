import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpNative } from '../../src/engine/index.js';

/** `qgt setup` from nothing. */
export interface SetUpFigures {
  readonly ms: number;
  /** Where libtensorflow came from. */
  readonly source: string;
}

/** Makes the native engine in a folder of its own, downloads included, and takes it away again. */
export async function measureSetUp(): Promise<SetUpFigures> {
  const prefix = await mkdtemp(join(tmpdir(), 'qgt-bench-engine-'));
  try {
    const startedAt = performance.now();
    const { source } = await setUpNative({ prefix, force: true, onStep: () => {} });
    return { ms: performance.now() - startedAt, source };
  } finally {
    await rm(prefix, { recursive: true, force: true });
  }
}
