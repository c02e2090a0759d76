// A process of the runner: runs the test files that it is told of, one after the other, until it is told of none.
import { describe } from 'node:test';
import { pathToFileURL } from 'node:url';
import { tf } from '../../src/engine/index.js';
import { seedRandom } from '../seeded-random.js';

const environment = { ...process.env };

process.on('message', ({ file }: { file: string | null }) => {
  // So that a test which waits for something that can't come ends, as it does in a process of its own.
  process.channel!.unref();
  if (file === null) return;
  // A suite takes in the hooks that the file has outside of its suites, and an error while the file is imported.
  describe(file, async () => {
    startAnew();
    await import(pathToFileURL(file).href);
  });
});

/** Takes back what the files before may have left behind. */
function startAnew(): void {
  seedRandom();
  // No engine is in use and no tensor is kept.
  tf.engine().reset();
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
}
