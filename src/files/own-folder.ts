import { join } from 'node:path';

/** Name of the folder, inside an output folder, that holds what a run needs while it lasts. */
export const OWN_FOLDER = '.qgt-run';

/** Where a run keeps its own files in an output folder. */
export interface OwnPaths {
  readonly folder: string;
  /** Says which run writes here. */
  readonly lock: string;
  /** Holds new files until they get their names. */
  readonly staged: string;
  /** Says which staged files are getting their names. */
  readonly journal: string;
  /** The journal while it is being written. */
  readonly nextJournal: string;
  /** Holds the states from which an interrupted run can go on. */
  readonly checkpoint: string;
}

/** The paths of a run's own files in `output`. */
export function ownPaths(output: string): OwnPaths {
  const folder = join(output, OWN_FOLDER);
  return {
    folder,
    lock: join(folder, 'lock.json'),
    staged: join(folder, 'staged'),
    journal: join(folder, 'commit.json'),
    nextJournal: join(folder, 'commit.json.new'),
    checkpoint: join(folder, 'checkpoint'),
  };
}
