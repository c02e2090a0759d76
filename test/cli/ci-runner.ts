import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiled } from '../compiled.js';
import { digits } from '../pipeline/digits.js';

/** Stands in for what the runner has: `npx qgt` is this checkout, and there is nothing to install. */
export function runnerPath(folder: string): string {
  const script = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  mkdirSync(folder);
  script('npm', 'test "$1" = ci');
  script(
    'npx',
    `test "$1" = qgt && shift && exec "${process.execPath}" "${compiled('test/cli/command-line.ts')}" "$@"`,
  );
  return `${folder}:${process.env.PATH}`;
}

/** The repository of somebody with a model, checked out for a pull request that gives one layer more bits. */
export function checkOut(folder: string, options: object): string {
  const project = join(folder, 'project');
  const config = { ...options, engine: 'embedded', epochs: 0 };
  for (const path of ['model', 'data']) mkdirSync(join(project, path), { recursive: true });
  cpSync(digits.model, join(project, 'model/model.json'));
  cpSync(digits.model.replace('model.json', 'weights.bin'), join(project, 'model/weights.bin'));
  for (const name of ['train', 'test'] as const) cpSync(digits[name], join(project, `data/${name}.npz`));
  writeFileSync(join(project, 'qgt.config.json'), JSON.stringify(config));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '--quiet', '-m', 'a model');
  const checkout = join(folder, 'checkout');
  execFileSync('git', ['clone', '--quiet', project, checkout], { stdio: 'pipe' });
  writeFileSync(join(checkout, 'qgt.config.json'), JSON.stringify({ ...config, layer: { pointwise: 8 } }));
  return checkout;
}
