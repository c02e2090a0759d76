import type { Bits } from '../../../src/quantize/index.js';
import { HOUSING_RANGE } from '../subjects.js';

/** A labelled model whose verdict and advice are put to the test, and a width. */
export interface AnalysisSubject {
  /** Folder under ../shared/models; `digits`: that of the fixtures. */
  readonly model: string;
  /** Images under ../shared/data to unpack, or a file there; that of the fixtures for `digits`. */
  readonly data: string;
  readonly inputRange: string;
  readonly bits: Bits;
  /** Samples that `qgt analyze` chooses by at most; it states gains on as many others. */
  readonly samples: number;
  /** Samples that it doesn't see, for the brute force, at most. */
  readonly fresh: number;
}

const WIDTHS: readonly Bits[] = [1.58, 2, 3, 4];
const COUNTS = { samples: 1000, fresh: 4000 } as const;

const models: readonly Omit<AnalysisSubject, 'bits'>[] = [
  { model: 'ours-resnet8-cifar10-jpeg', data: 'cifar10', inputRange: '0..255', ...COUNTS },
  { model: 'ours-mobilenet-cifar10', data: 'cifar10', inputRange: '0..1', ...COUNTS },
  // There are 1,255 images.
  { model: 'ours-mobilenet-person96', data: 'person96', inputRange: '0..1', samples: 300, fresh: 700 },
  { model: 'nnvis-mnist', data: 'mnist/t10k-images-idx3-ubyte.gz', inputRange: '0..1', ...COUNTS },
  { model: 'nnvis-cifar-10', data: 'cifar10', inputRange: '0..1', ...COUNTS },
  {
    model: 'nnvis-california-housing',
    data: 'california_housing/x_test.npz',
    inputRange: HOUSING_RANGE,
    ...COUNTS,
  },
  { model: 'digits', data: 'test.npz', inputRange: '0..1', samples: 100, fresh: 400 },
];

export const subjects: readonly AnalysisSubject[] = models.flatMap((model) =>
  WIDTHS.map((bits) => ({ ...model, bits })),
);
