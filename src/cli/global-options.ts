/** An option that every command takes. */
export interface GlobalOption {
  /** Name on the command line. */
  readonly flag: string;
  readonly alias?: string;
  readonly kind: 'boolean' | 'text';
  readonly placeholder?: string;
  /** Its value is a path. */
  readonly path?: true;
  /** Its form in the help, where that differs from the flag. */
  readonly shown?: string;
  readonly describe: string;
}

/** The options of every command, in the order of the help. */
export const globalOptions: readonly GlobalOption[] = [
  {
    flag: 'config',
    kind: 'text',
    placeholder: 'FILE',
    path: true,
    describe:
      'Read options from this file (default: the nearest qgt.config.json, .mjs, .js or package.json with a qgt key in this repository)',
  },
  { flag: 'json', kind: 'boolean', describe: 'Print the result as JSON, and nothing else on stdout' },
  {
    flag: 'quiet',
    alias: 'q',
    kind: 'boolean',
    describe:
      'Print errors only: no progress, notes or table; --json and --format still print, files are still written',
  },
  { flag: 'color', kind: 'boolean', shown: 'no-color', describe: 'Print without colours' },
  { flag: 'version', kind: 'boolean', describe: 'Print the version' },
  { flag: 'help', alias: 'h', kind: 'boolean', describe: 'Print this help' },
];
