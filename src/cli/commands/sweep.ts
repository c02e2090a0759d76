import { loadFormats, sweepFormats } from '../../report/index.js';
import type { Command } from './command.js';
import { sweepOutcome } from './sweep-outcome.js';

const FORMAT = 'What to print on stdout: text is the table, with a plot and the recommended file';

/** `qgt sweep`. */
export const sweep: Command<'sweep'> = {
  name: 'sweep',
  describe:
    'Compress with every combination of options, and see which file to take; the folder is the state: the same command goes on, also from another machine',
  operands: { model: 'model.json, a folder that holds one, or a .json file that describes the sweep' },
  examples: [
    {
      line: 'qgt sweep model.json --data images/ --bits 1.58,2,3,4 --quantizer uniform,integer',
      does: 'eight trials, a table and a recommendation',
    },
    { line: 'qgt sweep sweep.json -o out/', does: 'several models, a grid or options drawn at random' },
    {
      line: 'qgt sweep model.json --data images/ --bits 2,3,4 --max-drop 1',
      does: 'recommend the smallest file that loses at most 1 percentage point',
    },
    {
      line: 'qgt sweep model.json --data images/ --bits 2,3,4 -o out/ --prepare',
      does: 'the folder alone, for `qgt sweep run`',
    },
    {
      line: 'qgt sweep model.json --data images/ --bits 2,3,4 --queue redis://queue:6379',
      does: 'by as many workers as there are: qgt worker redis://queue:6379',
    },
  ],
  options: {
    bits: 'Bits per weight, several: 1.58 (ternary), 2 to 8, or auto (default: 4)',
    quantizer: 'Grids of values that the weights may take, several',
    granularity: 'One scale per output channel, or one per tensor, or both in turn',
    effort: 'How long to train, several',
    epochs: 'Passes over the training data, in place of --effort, several',
    learningRate: 'Highest learning rates, several',
    guidance: 'Highest pulls toward the grid (lambda), several',
    entropyPenalty: 'Squared errors that a bit in the file is worth, several',
    distill: "Shares of the loss that compare with the float model's predictions, several",
    temperature: "Temperatures of the float model's predictions, several",
    forward: 'Train with quantized weights in the forward pass, with float ones, or both in turn',
    seed: 'Seeds of random choices, several',
    maxBytes:
      'Largest file to recommend, such as 64KB or 64KiB; with --bits auto also the goal of the trials',
    minRatio: 'How many times smaller the recommended file must be; with --bits auto also the goal',
    maxDrop:
      'Largest loss of accuracy of the recommended file, in percentage points (of R2: in hundredths): the smallest file within it is recommended',
    output: 'Folder of the sweep (default: named after the model)',
    format: FORMAT,
  },
  values: { format: sweepFormats },
  run: async (options, useCases, controls) => {
    await loadFormats(sweepFormats, [options.format]);
    return sweepOutcome(await (await useCases.sweeps()).sweep(options, controls), options.format);
  },
};

/** `qgt sweep run`. */
export const runSweep: Command<'sweep run'> = {
  name: 'sweep run',
  describe:
    'Run trials of a prepared sweep, beside other processes and machines that do: each trial is taken by one',
  operands: { folder: 'the folder that qgt sweep made' },
  examples: [
    { line: 'qgt sweep run out/', does: 'those that nobody else runs, until none is left' },
    { line: 'qgt sweep run out/ --index 2 --of 8', does: 'the third of eight parts, for an array of jobs' },
  ],
  options: { format: FORMAT },
  values: { format: sweepFormats },
  run: async (options, useCases, controls) => {
    await loadFormats(sweepFormats, [options.format]);
    return sweepOutcome(await (await useCases.sweeps()).runSweep(options, controls), options.format);
  },
};

/** `qgt sweep show`. */
export const showSweep: Command<'sweep show'> = {
  name: 'sweep show',
  describe: 'Show how a sweep stands, whoever runs it, and which file to take',
  operands: { folder: 'the folder that qgt sweep made' },
  examples: [
    { line: 'qgt sweep show out/', does: 'the table, a plot and the recommended file' },
    { line: 'qgt sweep show out/ --format html > sweep.html', does: 'a page with plots' },
    { line: 'qgt sweep show out/ --max-drop 0.5', does: 'recommend by another limit' },
  ],
  options: {
    maxBytes: 'Largest file to recommend, such as 64KB or 64KiB (default: as the sweep was made with)',
    minRatio: 'How many times smaller the recommended file must be (default: as the sweep was made with)',
    maxDrop:
      'Largest loss of accuracy of the recommended file, in percentage points (of R2: in hundredths; default: as the sweep was made with)',
    format: FORMAT,
  },
  values: { format: sweepFormats },
  run: async (options, useCases) =>
    sweepOutcome(await (await useCases.sweeps()).showSweep(options), options.format),
};
