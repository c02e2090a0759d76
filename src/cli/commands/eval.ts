import type { Command } from './command.js';

/** `qgt eval`; the constant can't be called `eval` in strict mode. */
export const evaluate: Command<'eval'> = {
  name: 'eval',
  describe: 'Measure a model or a .qgt on data, or compare two of them',
  operands: { model: 'a .qgt, model.json, a .keras or .h5, or a folder that holds one' },
  examples: [
    { line: 'qgt eval out/model.qgt --data test/', does: 'accuracy of the packed model' },
    {
      line: 'qgt eval out/model.qgt --data test/ --against model.json',
      does: 'accuracy of both, what was lost, and how often they agree',
    },
  ],
  options: {
    data: 'Data to measure on (required)',
    inputRange:
      'Range of input values that the model expects: 0..1, -1..1, 0..255, imagenet, mean=A,B,C/std=A,B,C or as-is, or NAME=RANGE for one input; repeatable (default: as the .qgt has it, else as the model tells)',
    classes:
      "Class names in the order of the model's outputs (default: as the .qgt has them, else as a list beside the model has them, else sorted as text or as numbers, whichever the model is right by)",
    batchSize: 'Samples computed at a time (default: 128)',
  },
  run: async (options, useCases, controls) => {
    const result = await (await useCases.pipeline()).evaluate(options, controls);
    return {
      data: result,
      screen: async (style) => (await import('../screens/evaluation.js')).evaluationScreen(result, style),
    };
  },
};
