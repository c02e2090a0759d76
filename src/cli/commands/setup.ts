import type { Command } from './command.js';

/** `qgt setup`. */
export const setup: Command<'setup'> = {
  name: 'setup',
  describe: 'Bring the native engine, tfjs-node, into working order',
  operands: {},
  examples: [
    { line: 'qgt setup', does: 'download or build it, try it, and keep it in the cache' },
    { line: 'qgt setup --prefix /opt/qgt', does: 'elsewhere; QGT_NATIVE_PREFIX=/opt/qgt finds it' },
  ],
  options: { force: 'Make it anew, even where there is one that works' },
  run: async (options, pipeline, controls) => {
    const result = await pipeline.setUp(options, controls);
    return {
      data: result,
      screen: async (style) => (await import('../screens/setup.js')).setUpScreen(result, style),
    };
  },
};
