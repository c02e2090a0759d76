import type { Command } from './command.js';
import { reportOutcome } from './report-outcome.js';

/** `qgt analyze`. */
export const analyze: Command<'analyze'> = {
  name: 'analyze',
  describe: 'Say which layers hold the compression back, without fine-tuning',
  operands: { model: 'model.json, or a folder that holds one' },
  examples: [
    { line: 'qgt analyze model.json --bits 2', does: 'on synthesised inputs' },
    { line: 'qgt analyze model.json --bits 2 --data test.npz', does: 'on real ones' },
    { line: 'qgt analyze model.json --bits 2 --format html > report.html', does: 'a page with plots' },
    {
      line: 'qgt analyze model.json --bits 4 --fail-on bottleneck',
      does: 'exit code 1 where a layer holds it back',
    },
  ],
  options: {
    bits: 'Bits per weight, 1.58 (ternary) or 2 to 8',
    maxBytes: 'Bytes of the packed file, such as 64KB or 64KiB, or exit code 1',
    minRatio: 'How many times smaller, or exit code 1',
    maxDrop: 'Points of accuracy lost, or hundredths of R2, or exit code 1',
    data: 'Data to analyze on; left out: inputs are synthesised',
    output: 'Where to write the report; left out: it is only printed',
  },
  run: async ({ format, reporter, ...options }, pipeline, controls) => {
    return reportOutcome(await pipeline.analyze(options, controls), { format, reporter });
  },
};
