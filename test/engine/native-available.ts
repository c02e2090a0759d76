import { startEngine } from '../../src/engine/index.js';

/**
 * What `skip` takes: the reason where there is no native engine, unless QGT_REQUIRE_NATIVE=1 wants its tests to fail.
 */
export async function skipWithoutNative(): Promise<string | false> {
  if (process.env.QGT_REQUIRE_NATIVE === '1') return false;
  try {
    await startEngine('native');
    return false;
  } catch (error) {
    return `no native engine here (${(error as Error).message})`;
  }
}
