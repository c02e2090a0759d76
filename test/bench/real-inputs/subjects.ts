import {
  activations,
  anyTokens,
  features,
  heads,
  heartbeats,
  latentAndClass,
  measurements,
  tokens,
  tones,
  walks,
} from './inputs/drawn.js';
import { housing } from './inputs/housing.js';
import { digits, type ImageForm, photographs } from './inputs/images.js';
import type { DrawInputs } from './inputs/input.js';
import { ownText } from './inputs/text.js';
import type { OutputKind } from './score.js';
import type { RunOptions } from './stock-model.js';

/** A model of `../shared/models`, and what it is measured on. */
export interface Subject extends RunOptions {
  readonly name: string;
  /** Where it isn't model.json. */
  readonly file?: string;
  /** Of every output, or of each; those of a GraphModel in the order of their names, or of `nodes`. */
  readonly kinds: OutputKind | readonly OutputKind[];
  /** For the table. */
  readonly inputs: string;
  readonly draw: DrawInputs;
  /** Fewer than `SAMPLES`, for those that take long. */
  readonly samples?: number;
  /** Where not all samples go at once. */
  readonly batchSize?: number;
  /** Where stock tfjs lacks an operation in WASM. */
  readonly backend?: 'cpu';
  /** A module of custom layers beside this file. */
  readonly layers?: string;
}

export const SAMPLES = 200;

const ZERO_TO_ONE = [0, 1] as const;
const BYTES = [0, 255] as const;
const ARCHIVES = { cifar10: 'CIFAR-10', person96: 'person96' } as const;

/** Images of an archive as inputs, and their description for the table. */
const photographed = (archive: keyof typeof ARCHIVES, form: ImageForm): Pick<Subject, 'inputs' | 'draw'> => ({
  inputs: `${ARCHIVES[archive]}${form.channels === 1 ? ' in grey' : ''}, ${form.dtype === 'int32' ? 'bytes' : form.range.join('..')}`,
  draw: photographs(archive, form),
});

export const subjects: readonly Subject[] = [
  {
    name: 'anomagram-ecg-autoencoder',
    kinds: 'values',
    inputs: 'seeded heartbeats, standardised',
    draw: heartbeats(140),
  },
  {
    name: 'brainchop-model5-24',
    // Its three outputs a voxel are kinds of tissue, of which brainchop.org takes the largest.
    kinds: 'classes',
    inputs: 'seeded volumes like heads, 0..1',
    draw: heads(24),
    samples: 2,
    batchSize: 1,
    backend: 'cpu',
  },
  { name: 'codingtrain-decoder', kinds: 'values', inputs: 'seeded relu values', draw: activations(4) },
  {
    name: 'graph-basic-pitch',
    kinds: 'labels',
    inputs: 'seeded tones at 22.05 kHz',
    draw: tones([43844, 1], 22_050, false),
    samples: 20,
    batchSize: 1,
  },
  {
    name: 'graph-human-facemesh',
    file: 'facemesh.json',
    kinds: ['values', 'labels', 'values'],
    ...photographed('person96', { side: 192, range: ZERO_TO_ONE }),
    samples: 100,
  },
  {
    name: 'hpss-iris-overlong',
    kinds: 'classes',
    inputs: 'seeded, uniform over the ranges of Iris',
    draw: measurements([
      [4.3, 7.9],
      [2, 4.4],
      [1, 6.9],
      [0.1, 2.5],
    ]),
  },
  {
    name: 'human-faceboxes',
    kinds: 'values',
    nodes: ['postprocessing/clip_by_value_1', 'postprocessing/strided_slice_2'],
    ...photographed('person96', { side: 256, range: BYTES, dtype: 'int32' }),
    samples: 20,
    batchSize: 1,
  },
  {
    name: 'human-gear',
    kinds: 'classes',
    ...photographed('person96', { side: 198, range: ZERO_TO_ONE }),
    samples: 10,
    batchSize: 5,
    backend: 'cpu',
  },
  {
    name: 'human-handtrack',
    kinds: 'values',
    nodes: [
      'StatefulPartitionedCall/Postprocessor/Squeeze',
      'StatefulPartitionedCall/Postprocessor/convert_scores',
    ],
    ...photographed('person96', { side: 320, range: BYTES, dtype: 'int32' }),
    samples: 20,
    batchSize: 1,
  },
  {
    name: 'mini-xception-gender',
    kinds: 'classes',
    ...photographed('person96', { side: 64, range: [-1, 1], channels: 1 }),
  },
  {
    name: 'ml5-crepe-pitch',
    kinds: 'labels',
    inputs: 'seeded tones at 16 kHz, standardised',
    draw: tones([1024], 16_000, true),
  },
  {
    name: 'ml5-cvae-quickdraw',
    kinds: 'values',
    inputs: 'seeded latents, each class in turn',
    draw: latentAndClass(16, 51),
  },
  {
    name: 'mobilenet-v1-025-vww',
    kinds: 'classes',
    ...photographed('person96', { side: 96, range: ZERO_TO_ONE }),
    translated: true,
  },
  {
    name: 'nnvis-california-housing',
    kinds: 'values',
    inputs: 'California housing, standardised',
    draw: housing,
  },
  {
    name: 'nnvis-cifar-10',
    kinds: 'classes',
    ...photographed('cifar10', { side: 32, range: ZERO_TO_ONE }),
  },
  {
    name: 'nnvis-imdb',
    kinds: 'classes',
    inputs: 'seeded words, as frequent as in texts',
    draw: tokens(200, 20_000),
    layers: 'position-embedding.mjs',
  },
  { name: 'nnvis-mnist', kinds: 'classes', inputs: 'MNIST, 0..1', draw: digits },
  {
    name: 'nsfwjs-mobilenet_v2',
    kinds: 'classes',
    ...photographed('cifar10', { side: 224, range: ZERO_TO_ONE }),
    samples: 100,
    batchSize: 10,
  },
  {
    name: 'ours-keras3-functional',
    kinds: 'classes',
    ...photographed('cifar10', { side: 32, range: ZERO_TO_ONE }),
    translated: true,
  },
  { name: 'ours-keras3-sequential', kinds: 'classes', inputs: 'MNIST, 0..1', draw: digits, translated: true },
  {
    name: 'ours-mobilenet-cifar10',
    kinds: 'classes',
    ...photographed('cifar10', { side: 96, range: ZERO_TO_ONE }),
    translated: true,
  },
  {
    name: 'ours-mobilenet-person96',
    kinds: 'classes',
    ...photographed('person96', { side: 96, range: ZERO_TO_ONE }),
    translated: true,
  },
  {
    name: 'ours-resnet8-cifar10-jpeg',
    kinds: 'classes',
    ...photographed('cifar10', { side: 32, range: BYTES }),
    translated: true,
  },
  {
    name: 'reiinakano-lstm',
    kinds: 'classes',
    inputs: 'text that the float model writes',
    draw: ownText(40, 57),
    // Of 200 texts six may be answered otherwise, and seven were: too few to tell 97 % from 98.
    samples: 1000,
  },
  {
    name: 'resnet8-cifar10',
    kinds: 'classes',
    ...photographed('cifar10', { side: 32, range: BYTES }),
    translated: true,
  },
  {
    name: 'superresolution-functional',
    kinds: 'values',
    ...photographed('cifar10', { side: 32, range: ZERO_TO_ONE }),
    samples: 100,
    batchSize: 10,
  },
  {
    name: 'terryky-ssrnet',
    kinds: 'values',
    ...photographed('person96', { side: 64, range: BYTES }),
  },
  { name: 'tfjs-examples-abalone', kinds: 'values', inputs: 'seeded, standardised', draw: features(8) },
  { name: 'ux-LSTM', file: 'ux.json', kinds: 'classes', inputs: 'seeded random walks', draw: walks(25, 5) },
  { name: 'ux-click', kinds: 'classes', inputs: 'seeded tokens', draw: anyTokens(5, 13) },
  {
    name: 'wokada-meet-128',
    kinds: 'values',
    ...photographed('person96', { side: 128, range: ZERO_TO_ONE }),
    samples: 50,
    batchSize: 1,
  },
];
