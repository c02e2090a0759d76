import { join, resolve } from 'node:path';
import type { ConvolutionKind } from '../../src/engine/native/recorded/precision-table.js';

/** A model that is measured, and the data that it is trained on meanwhile. */
export interface Subject {
  readonly name: string;
  /** For the tables. */
  readonly title: string;
  /** model.json, in a topology that Keras 2 reads too. */
  readonly model: string;
  readonly archive: string;
  /** The archive's folder of images, a sub-folder per class. */
  readonly images: string;
  /** Part of the archive for whole epochs, 5,000 to 10,000 images. */
  readonly epochImages: 'train' | 'test';
  readonly inputRange: string;
  /** Shape of one image. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  readonly batchSize: number;
  readonly convolutions: ConvolutionKind;
}

const SHARED = resolve(import.meta.dirname, '../../../shared');
/** A path to models and data that are not part of the project: in `../shared` beside the checkout. */
export const shared = (...path: string[]): string => join(SHARED, ...path);

/** Range of California housing for `--input-range`: mean and standard deviation of the training rows, by column. */
export const HOUSING_RANGE =
  'mean=-119.562,35.6254,28.6541,2644.72,539.574,1433.27,501.458,3.87019/std=2.00111,2.1297,12.5971,2210.08,426.134,1156.33,387.567,1.89764';

export const subjects: readonly Subject[] = [
  {
    name: 'resnet8',
    title: 'ResNet-8, 32x32, batch 128',
    model: shared('models/ours-resnet8-cifar10-jpeg/model.json'),
    archive: shared('data/cifar10.tar.gz'),
    images: 'cifar10/test',
    epochImages: 'test',
    inputRange: '0..255',
    shape: [32, 32, 3],
    classes: 10,
    batchSize: 128,
    convolutions: 'plain',
  },
  {
    name: 'mobilenet',
    title: 'MobileNetV1-0.25, 96x96, batch 32',
    model: shared('models/ours-mobilenet-person96/model.json'),
    archive: shared('data/person96.tar.gz'),
    images: 'person96/test',
    epochImages: 'train',
    inputRange: '0..1',
    shape: [96, 96, 3],
    classes: 2,
    batchSize: 32,
    convolutions: 'mixed',
  },
];
