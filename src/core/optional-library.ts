import { QgtError } from './errors.js';

/** Libraries that one kind of work alone needs. They are installed beside qgt by those who want it. */
export interface OptionalLibraries {
  /** Names in the npm registry. */
  readonly packages: readonly string[];
  /** The work, for messages: `images`. */
  readonly where: string;
  /** Another way to the same end, for messages: `give the data as .npz`. */
  readonly instead?: string;
}

/**
 * Loads code that imports such libraries.
 *
 * @throws QgtError `not-installed` where one of them is missing.
 */
export async function loadOptional<Loaded>(
  { packages, where, instead }: OptionalLibraries,
  load: () => Promise<Loaded>,
): Promise<Loaded> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !packages.some((name) => message.includes(`'${name}'`)))
      throw cause;
    throw new QgtError('not-installed', {
      where,
      what: `${packages.join(' and ')} ${packages.length === 1 ? 'is' : 'are'} not installed; qgt needs ${packages.length === 1 ? 'it' : 'them'} for this alone`,
      remedy: `run \`npm install ${packages.join(' ')}\`, with -g where qgt was installed with it${instead === undefined ? '' : `, or ${instead}`}`,
      cause,
    });
  }
}
