import type { Command } from './command.js';

/** `qgt worker`. */
export const worker: Command<'worker'> = {
  name: 'worker',
  describe: 'Run trials that `qgt sweep --queue` hands over, one after the other, until Ctrl-C',
  operands: { server: 'the Redis server of the sweep: redis://[:password@]host[:port][/database]' },
  examples: [
    { line: 'qgt worker redis://localhost:6379', does: 'whatever sweeps of that server have open' },
    {
      line: 'qgt worker redis://queue:6379 --cache /scratch/qgt',
      does: 'models and data on a disk of its own',
    },
  ],
  run: async (options, useCases, controls) => (await useCases.sweeps()).runWorker(options, controls),
};
