import { loadFormats, reportFormats } from '../../report/index.js';
import type { Command } from './command.js';
import { reportOutcome } from './report-outcome.js';

/** `qgt analyze`. */
export const analyze: Command<'analyze'> = {
  name: 'analyze',
  describe: 'Find the layers that hold the compression back, without training',
  operands: { model: 'model.json, a .keras or .h5, or a folder that holds one' },
  examples: [
    { line: 'qgt analyze model.json --bits 2', does: 'on synthesised inputs' },
    { line: 'qgt analyze model.json --bits 2 --data test.npz', does: 'on real data' },
    { line: 'qgt analyze model.json --bits 2 --format html > report.html', does: 'a page with plots' },
    {
      line: 'qgt analyze model.json --bits 4 --fail-on bottleneck',
      does: 'exit code 1 where a layer holds it back',
    },
  ],
  options: {
    bits: 'Bits per weight: 1.58 (ternary), or 2 to 8',
    maxBytes: 'Largest file to accept, such as 64KB or 64KiB, else exit code 1',
    minRatio: 'How many times smaller the file must be, such as 16, else exit code 1',
    maxDrop:
      'Largest loss of accuracy to accept, in percentage points (of R2: in hundredths), else exit code 1',
    data: 'Data to analyze on (default: inputs are synthesised)',
    output: 'Folder to write the report to (default: it is only printed)',
    report: 'With --output: write the report in this format too, beside report.json; repeatable',
    seed: 'Seed of random choices',
  },
  run: async ({ format, reporter, ...options }, useCases, controls) => {
    await loadFormats(reportFormats, [format]);
    return reportOutcome(await (await useCases.pipeline()).analyze(options, controls), { format, reporter });
  },
};
