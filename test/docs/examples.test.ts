import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { parseArguments } from '../../src/cli/arguments.js';
import { parseSpec } from '../../src/sweep/spec.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const examples = join(docs, 'examples');
/** Files for sweeps; the reader in Python has a test of its own. */
const names = readdirSync(examples).filter((name) => !name.endsWith('.py'));
const page = readFileSync(join(docs, 'sweeps.md'), 'utf8');
const read = (name: string) => readFileSync(join(examples, name), 'utf8');

/** Commands of qgt in a text, each as its words; what a shell or a runner fills in is a number. */
function commandsIn(text: string): string[][] {
  return [...text.matchAll(/(?<![\w/])qgt ((?:sweep|worker) .*)$/gm)].map(([, command]) =>
    command!
      .replace(/\$\{\{[^}]*\}\}|"\$\{[^}]*\}"|"\$\w+"|\{\}/g, '0')
      .replace(/\s+(#|>|\|).*$/, '')
      .replace(/`.*$/, '')
      .trim()
      .split(/\s+/),
  );
}

describe('the examples of sweeps', () => {
  it('are all named by docs/sweeps.md', () => {
    for (const name of names) assert.ok(page.includes(`(examples/${name})`), name);
  });

  for (const name of names) {
    it(`${name} is what its ending says`, () => {
      if (name.endsWith('.sh')) execFileSync('bash', ['-n', join(examples, name)]);
      else for (const document of parseAllDocuments(read(name))) assert.deepEqual(document.errors, []);
    });

    it(`${name} calls qgt as it can be called`, async () => {
      const commands = commandsIn(read(name));
      assert.ok(commands.length > 0);
      for (const command of commands) assert.equal((await parseArguments(command)).request.kind, 'run');
    });
  }

  it('the page calls qgt as it can be called, and its files describe sweeps', async () => {
    for (const command of commandsIn(page.replace(/`qgt (sweep|worker)( [a-z.]*)?`/g, '')))
      assert.equal((await parseArguments(command)).request.kind, 'run', command.join(' '));
    const specs = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text!));
    assert.equal(specs.length, 2);
    for (const spec of specs) assert.doesNotThrow(() => parseSpec(spec, 'docs/sweeps.md'));
  });

  it('the jobs of the workflow are there for each other, and its parts are all run', () => {
    const workflow = z
      .object({
        jobs: z.record(
          z.string(),
          z.object({
            needs: z.string().optional(),
            strategy: z.object({ matrix: z.object({ index: z.array(z.int()) }) }).optional(),
          }),
        ),
      })
      .parse(parseAllDocuments(read('github-sweep.yml'))[0]!.toJS());
    for (const { needs } of Object.values(workflow.jobs))
      assert.ok(needs === undefined || needs in workflow.jobs);
    const { index } = workflow.jobs.run!.strategy!.matrix;
    assert.deepEqual(
      index,
      Array.from({ length: index.length }, (_, at) => at),
    );
    assert.ok(read('github-sweep.yml').includes(`--of ${index.length}`));
  });

  it('the services of the composition find each other, and their volumes are there', () => {
    const { services, volumes } = z
      .object({
        services: z.record(
          z.string(),
          z.object({
            command: z.string(),
            depends_on: z.array(z.string()).default([]),
            volumes: z.array(z.string()),
          }),
        ),
        volumes: z.record(z.string(), z.unknown()),
      })
      .parse(parseAllDocuments(read('compose.yml'))[0]!.toJS());
    for (const service of Object.values(services)) {
      for (const name of service.depends_on) assert.ok(name in services, name);
      for (const [name] of service.volumes.map((each) => each.split(':'))) assert.ok(name! in volumes, name);
    }
    const [, host] = /redis:\/\/([^:]+):/.exec(services.worker!.command)!;
    assert.deepEqual(services.worker!.depends_on, [host]);
  });

  it('the pods of the Job have as many parts as there are', () => {
    const job = z
      .object({
        kind: z.literal('Job'),
        spec: z.object({ completions: z.int(), completionMode: z.literal('Indexed') }),
      })
      .parse(parseAllDocuments(read('kubernetes-job.yml'))[0]!.toJS());
    assert.ok(read('kubernetes-job.yml').includes(`--of ${job.spec.completions}`));
  });
});
