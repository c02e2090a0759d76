import type { Command } from './command.js';

/** `qgt eval`; the export is not called `eval`, which strict code may not bind. */
export const evaluate: Command<'eval'> = {
  name: 'eval',
  describe: 'Measure a model on data, packed or not, or two against each other',
  operands: { model: 'A .qgt, model.json, or a folder that holds one' },
  examples: [
    { line: 'qgt eval out/model.qgt --data test/', does: 'accuracy of the packed model' },
    {
      line: 'qgt eval out/model.qgt --data test/ --against model.json',
      does: 'of both, and how often they agree',
    },
  ],
  options: { data: 'Data to measure on' },
  run: async (options, pipeline, controls) => {
    const result = await pipeline.evaluate(options, controls);
    return {
      data: result,
      screen: async (style) => (await import('../screens/evaluation.js')).evaluationScreen(result, style),
    };
  },
};
