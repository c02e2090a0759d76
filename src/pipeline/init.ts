import { resolve } from 'node:path';
import { QgtError } from '../core/index.js';
import { pathKind, writeAside } from '../files/index.js';
import type { InitOptions } from './options/commands.js';
import { parseOptions } from './parse-options.js';
import type { InitResult } from './results.js';

const FILE = 'qgt.config.json';

/**
 * Writes a config file with these options into the working directory.
 *
 * @throws QgtError `output` where there is one already, `not-found` for data that is not there.
 */
export async function init(options: InitOptions): Promise<InitResult> {
  const { force, ...config } = parseOptions('init', options);
  if (typeof config.data === 'string') await checkData(config.data);
  const path = resolve(FILE);
  if (!force && (await pathKind(path)) !== 'nothing') {
    throw new QgtError('output', {
      where: FILE,
      what: 'is there already',
      remedy: 'edit it, or replace it with --force',
    });
  }
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  await writeAside(path, `${JSON.stringify(given, null, 2)}\n`);
  return { file: FILE, config: given };
}

async function checkData(data: string): Promise<void> {
  if ((await pathKind(data)) !== 'nothing') return;
  throw new QgtError('not-found', {
    where: data,
    what: 'there is no such data',
    expected: 'a folder of images, an .npz, an idx or a .csv file',
    remedy: 'check the path, or leave it out',
  });
}
