import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder that goes when the test ends. */
export async function temporaryFolder(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qgt-test-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder of its own that goes when the test ends. */
export async function temporaryFile(
  test: TestContext,
  name: string,
  contents: string | Uint8Array,
): Promise<string> {
  const path = join(await temporaryFolder(test), name);
  await writeFile(path, contents);
  return path;
}
