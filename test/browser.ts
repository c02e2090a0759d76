import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Under these names Chromium is on the PATH. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * What `skip` takes: the reason where there is no Chromium, unless QGT_REQUIRE_BROWSER=1 wants its tests to fail.
 */
export function skipWithoutBrowser(): string | false {
  if (process.env.QGT_REQUIRE_BROWSER === '1' || findChromium() !== null) return false;
  return `no Chromium here (${NAMES.join(', ')} on the PATH, or QGT_CHROMIUM)`;
}

/** Starts the system's Chromium without a window; to be closed by the caller. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium() ?? NAMES[0]!,
    // Chromium refuses to run as root in its sandbox; all that it opens here are pages of ours.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

/** The program named by QGT_CHROMIUM, else the first on the PATH. */
function findChromium(): string | null {
  if (process.env.QGT_CHROMIUM) return process.env.QGT_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
