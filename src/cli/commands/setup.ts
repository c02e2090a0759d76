import type { Command } from './command.js';

/** `qgt setup`. */
export const setup: Command<'setup'> = {
  name: 'setup',
  describe: 'Install the native engine, tfjs-node, which trains several times as fast',
  operands: {},
  examples: [
    { line: 'qgt setup', does: 'download or build it, try it, and keep it in the cache' },
    {
      line: 'qgt setup --prefix /opt/qgt',
      does: 'in another folder; set QGT_NATIVE_PREFIX=/opt/qgt to use it',
    },
  ],
  options: { force: 'Install it anew, even where one works' },
  run: async (options, useCases, controls) => {
    const result = await (await useCases.pipeline()).setUp(options, controls);
    return {
      data: result,
      screen: async (style) => (await import('../screens/setup.js')).setUpScreen(result, style),
    };
  },
};
