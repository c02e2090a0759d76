import { resolve } from 'node:path';
import { QgtError } from '../core/index.js';
import { checkFormat } from '../data/index.js';
import { describePath, writeAside } from '../files/index.js';
import type { InitOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';
import type { InitResult } from './results.js';

const FILE = 'qgt.config.json';

/**
 * Writes a config file with these options into the working directory.
 *
 * @throws QgtError `output` where there is one already, `not-found` for data that is not there, `bad-data` where it is in no
 *   format that is read.
 */
export async function init(options: InitOptions): Promise<InitResult> {
  const { force, ...config } = parseOptions('init', options);
  if (config.data !== undefined) await checkFormat(config.data);
  const path = resolve(FILE);
  const got = await describePath(path); // a link that leads nowhere is somebody's too
  if (!force && got !== undefined) {
    throw new QgtError('output', {
      where: FILE,
      what: 'is there already',
      got: got === 'a file' ? undefined : got,
      remedy: 'edit it, or replace it with --force',
    });
  }
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  await writeAside(path, `${JSON.stringify(given, null, 2)}\n`);
  return { file: FILE, config: given };
}
