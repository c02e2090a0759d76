import { QgtError } from '../../core/index.js';
import { checkClassIndices, checkClassNames, classCount } from '../class-labels.js';
import { classOrder } from '../class-order.js';
import type { Labels, ReadOptions, Rows } from '../dataset.js';
import type { RowStore } from '../rows/index.js';

/** Takes the cells of a label column one after another and makes classes of them at the end. */
export interface ClassColumn {
  append(text: string, line: number): void;
  finish(): Promise<Labels>;
}

type ClassLabels = Extract<Labels, { kind: 'classes' }>;

const REMAP_ROWS = 65_536;

/** Makes a column of class names or class numbers; which of them is known only after the last cell. */
export function createClassColumn(path: string, options: ReadOptions, store: RowStore): ClassColumn {
  /** Line of each text's first occurrence, in the order of these occurrences. */
  const firstLines = new Map<string, number>();
  const places = new Map<string, number>();
  const writer = store.writer([], 'int32');
  return {
    append(text, line) {
      let place = places.get(text);
      if (place === undefined) {
        place = places.size;
        places.set(text, place);
        firstLines.set(text, line);
      }
      writer.append(Int32Array.of(place));
    },
    async finish() {
      const { indices, ...order } = classesOf(path, firstLines, options);
      const seen = writer.finish();
      const rows = await remapped(seen, indices, store);
      await seen.close();
      return { kind: 'classes', rows, ...order };
    },
  };
}

/** The class index of each text, and the names if the texts are names. */
function classesOf(
  path: string,
  firstLines: ReadonlyMap<string, number>,
  options: ReadOptions,
): { indices: number[] } & Pick<ClassLabels, 'names' | 'orderFrom'> {
  const texts = [...firstLines.keys()];
  const { classes, modelClasses } = options;
  if (classes !== undefined) checkClassNames(path, classes, options);
  const areNumbers = texts.every((text) => text !== '' && Number.isFinite(Number(text)));
  if (areNumbers && !texts.every((text) => (classes ?? modelClasses)?.includes(text))) {
    const indices = texts.map(Number);
    checkClassIndices(indices, classCount(path, options.outputs), (index) => {
      return `${path}: line ${firstLines.get(texts[index]!)}`;
    });
    return { indices, names: classes };
  }
  const { names, from } = classOrder(texts, options);
  checkClassNames(path, names, options, 'name all classes with --classes, in the order of the outputs');
  const unknown = texts.find((text) => text === '' || !names.includes(text));
  if (unknown === undefined) {
    return { indices: texts.map((text) => names.indexOf(text)), names, orderFrom: from };
  }
  throw new QgtError('bad-data', {
    where: `${path}: line ${firstLines.get(unknown)}`,
    what: 'the label is not one of the classes',
    got: unknown === '' ? 'an empty cell' : unknown,
    expected: names.filter((name) => name !== '').join(', '),
  });
}

async function remapped(rows: Rows, indices: readonly number[], store: RowStore): Promise<Rows> {
  const writer = store.writer([], 'int32');
  for (let start = 0; start < rows.count; start += REMAP_ROWS) {
    const length = Math.min(REMAP_ROWS, rows.count - start);
    const places = await rows.read(Array.from({ length }, (_, index) => start + index));
    writer.append(Int32Array.from(places, (place) => indices[place]!));
  }
  return writer.finish();
}
