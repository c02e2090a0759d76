import { readVersion } from './version.js';

/** Number of the way in which a training goes, raised with each change that states kept before can't go on with. */
export const WAY_OF_TRAINING = '15';

/** The version that trains: results of another one can't be gone on with, or be held against. */
export const trainingVersion = (): string => `qgt ${readVersion()}, training ${WAY_OF_TRAINING}`;
