import { describe, it } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { withFolder } from '../pipeline/digits.js';
import { type Cell, saveCell } from './cell.js';
import type { Kind, LabelForm } from './kind.js';
import { type TrainedKind, trainKind } from './trained-kind.js';

/** What the tests of a matrix vary besides the kind of model. */
export interface Matrix {
  readonly engines: readonly { readonly name: Cell['engine']; readonly skip: string | false }[];
  readonly forms: readonly LabelForm[];
  /** By what is so. */
  readonly checks: Readonly<Record<string, (cell: Cell) => Promise<void>>>;
}

/** Declares a test for each kind of model, each form of labels that fits it, each engine and each check. */
export function testKinds(kinds: readonly Kind[], { engines, forms, checks }: Matrix): void {
  for (const kind of kinds) {
    describe(kind.name, () => {
      let trained: TrainedKind | undefined;
      const trainOnce = async (): Promise<TrainedKind> => {
        if (trained !== undefined) return trained;
        await startEngine('embedded');
        trained = trainKind(kind);
        return trained;
      };
      for (const form of kind.labels.filter((each) => forms.includes(each))) {
        for (const { name: engine, skip } of engines) {
          for (const [what, check] of Object.entries(checks)) {
            it(`${form}, ${engine}: ${what}`, { skip }, async () => {
              const given = { trained: await trainOnce(), engine };
              await withFolder(async (folder) => check(await saveCell({ ...given, folder }, form)));
            });
          }
        }
      }
    });
  }
}
