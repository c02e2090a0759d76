import type { Bits } from '../../../src/quantize/index.js';

/** A model whose verdict is put to the test, and the widths at which it hurts. */
export interface AnalysisSubject {
  /** Folder under ../shared/models. */
  readonly model: string;
  /** Archive under ../shared/data, without its ending. */
  readonly archive: 'cifar10' | 'person96';
  readonly inputRange: string;
  readonly bits: Bits;
  /** Samples that `qgt analyze` sees. */
  readonly samples: number;
  /** Samples that it doesn't see, for the brute force, at most. */
  readonly fresh: number;
}

const CIFAR = { archive: 'cifar10', samples: 2000, fresh: 5000 } as const;
const PERSON = { archive: 'person96', samples: 600, fresh: 5000 } as const;

export const subjects: readonly AnalysisSubject[] = [
  { model: 'ours-resnet8-cifar10-jpeg', inputRange: '0..255', bits: 4, ...CIFAR },
  { model: 'ours-resnet8-cifar10-jpeg', inputRange: '0..255', bits: 3, ...CIFAR },
  { model: 'ours-mobilenet-cifar10', inputRange: '0..1', bits: 4, ...CIFAR },
  { model: 'ours-mobilenet-person96', inputRange: '0..1', bits: 4, ...PERSON },
  { model: 'nnvis-cifar-10', inputRange: '0..1', bits: 3, ...CIFAR },
  { model: 'nnvis-cifar-10', inputRange: '0..1', bits: 2, ...CIFAR },
  { model: 'ours-mobilenet-person96', inputRange: '0..1', bits: 3, ...PERSON },
];
