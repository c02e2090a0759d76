import { HOUSING_RANGE } from '../subjects.js';

/** Options of `qgt compress`, named as on the command line; `true` for those that take no value. */
export type Options = Readonly<Record<string, string | number | true>>;

/** How a model is fine-tuned, by us and by the peers alike. */
export interface Schedule {
  /** Fewer for models of which an epoch takes minutes. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Value for `--augment`: what `auto` comes to. */
  readonly augment: string;
}

/** A model, and the data that it is compressed on. */
export interface Subject {
  readonly name: string;
  /** For headings. */
  readonly title: string;
  /** Its folder in ../shared/models. */
  readonly model: string;
  /** Paths in the work folder (work-folder.ts). */
  readonly data: { readonly train: string; readonly test: string };
  readonly inputRange: string;
  readonly schedule: Schedule;
}

/** A width in bits, or `auto`: chosen per layer. */
export type Bits = number | 'auto';

/** A way to compress, and where it is tried. */
export interface Method {
  readonly name: string;
  /** For the tables. */
  readonly title: string;
  /**
   * `fine-tuned`: with the subject's data and schedule; `rounded`: without any training; `data-free`: without --data, and
   * scored on the test set afterwards; `peer`: QKeras.
   */
  readonly kind: 'fine-tuned' | 'rounded' | 'data-free' | 'peer';
  /** What it sets besides, over the subject's. */
  readonly options: Options;
  readonly bits: readonly Bits[];
  readonly seeds: readonly number[];
  /** Names of subjects. */
  readonly subjects: readonly string[];
}

/** One row of the page: a method on a subject at a width, with each of its seeds. */
export interface Experiment {
  readonly id: string;
  readonly subject: Subject;
  readonly method: Method;
  readonly bits: Bits;
}

const CIFAR10 = { train: 'cifar10/train', test: 'cifar10/test' };

export const subjects: readonly Subject[] = [
  {
    name: 'resnet8',
    title: 'ResNet-8 on CIFAR-10',
    model: 'ours-resnet8-cifar10-jpeg',
    data: CIFAR10,
    inputRange: '0..255',
    schedule: { epochs: 10, batchSize: 128, learningRate: 0.002, augment: 'flip' },
  },
  {
    name: 'mobilenet-person96',
    title: 'MobileNetV1-0.25 on person96',
    model: 'ours-mobilenet-person96',
    data: { train: 'person96/train', test: 'person96/test' },
    inputRange: '0..1',
    schedule: { epochs: 10, batchSize: 64, learningRate: 0.002, augment: 'flip,shift' },
  },
  {
    name: 'mobilenet-cifar10',
    title: 'MobileNetV1-0.25 on CIFAR-10 at 96x96',
    model: 'ours-mobilenet-cifar10',
    data: CIFAR10,
    inputRange: '0..1',
    schedule: { epochs: 3, batchSize: 128, learningRate: 0.002, augment: 'flip' },
  },
  {
    name: 'nnvis-mnist',
    title: 'nnvis-mnist on MNIST',
    model: 'nnvis-mnist',
    data: { train: 'mnist/train-images-idx3-ubyte.gz', test: 'mnist/t10k-images-idx3-ubyte.gz' },
    inputRange: '0..1',
    schedule: { epochs: 10, batchSize: 128, learningRate: 0.002, augment: 'none' },
  },
  {
    name: 'nnvis-cifar-10',
    title: 'nnvis-cifar-10 on CIFAR-10',
    model: 'nnvis-cifar-10',
    data: CIFAR10,
    inputRange: '0..1',
    schedule: { epochs: 1, batchSize: 128, learningRate: 0.002, augment: 'flip' },
  },
  {
    name: 'nnvis-california-housing',
    title: 'nnvis-california-housing on California housing (R²)',
    model: 'nnvis-california-housing',
    data: { train: 'california_housing/x_train.npz', test: 'california_housing/x_test.npz' },
    inputRange: HOUSING_RANGE,
    schedule: { epochs: 10, batchSize: 128, learningRate: 0.002, augment: 'none' },
  },
];

const EVERY_SUBJECT = subjects.map(({ name }) => name);
const WIDTHS = [8, 4, 3, 2, 1.58];
const SEEDS = [0, 1, 2];

/** What is changed in the recipe to see what each of its parts is worth. */
const ABLATION = { kind: 'fine-tuned', bits: [2], seeds: SEEDS, subjects: ['resnet8'] } as const;

/** Bits for each layer in so many bytes. */
const sized = (name: string, bytes: number, epochs: number, subject = 'resnet8'): Method => ({
  name,
  title: `qgt, bits per layer within a size (\`--bits auto --max-bytes ${bytes}\`), ${epochs} epochs`,
  kind: 'fine-tuned',
  options: { epochs, 'max-bytes': bytes },
  bits: ['auto'],
  seeds: SEEDS,
  subjects: [subject],
});

/** The same without data. */
const sizedFree = (name: string, bytes: number, subject: string): Method => ({
  name,
  title: `qgt, without data, bits per layer within a size (\`--bits auto --max-bytes ${bytes}\`)`,
  kind: 'data-free',
  options: { 'max-bytes': bytes },
  bits: ['auto'],
  seeds: SEEDS,
  subjects: [subject],
});

export const methods: readonly Method[] = [
  {
    name: 'ours',
    title: 'qgt',
    kind: 'fine-tuned',
    options: {},
    bits: WIDTHS,
    seeds: SEEDS,
    subjects: EVERY_SUBJECT,
  },
  {
    name: 'long',
    title: 'qgt, 40 epochs (`--effort high`)',
    kind: 'fine-tuned',
    options: { epochs: 40 },
    bits: [2],
    seeds: SEEDS,
    subjects: ['resnet8', 'mobilenet-person96', 'mobilenet-cifar10'],
  },
  {
    name: 'small',
    title: 'qgt, priced bits (`--entropy-penalty auto --min-ratio 20`), 40 epochs',
    kind: 'fine-tuned',
    options: { epochs: 40, 'entropy-penalty': 'auto', 'min-ratio': 20 },
    bits: [2],
    seeds: SEEDS,
    subjects: ['resnet8'],
  },
  ...[
    sized('size-2', 19_400, 10),
    sized('size-2-long', 19_400, 40),
    sized('size-20-times', 16_780, 10),
    sized('size-20-times-long', 16_780, 40),
    sized('size-ternary', 16_100, 10),
    sized('size-ternary-long', 16_100, 40),
    sized('size-3', 27_480, 10),
    sized('size-3-small', 14_500, 10, 'mobilenet-person96'),
  ],
  {
    name: 'one-width',
    title: 'qgt, every kernel at that width (`--uniform`)',
    kind: 'fine-tuned',
    options: { uniform: true },
    bits: [4, 3],
    seeds: SEEDS,
    subjects: ['resnet8'],
  },
  {
    name: 'auto',
    title: 'qgt, bits per layer',
    kind: 'fine-tuned',
    // What loses more is a row too.
    options: { 'max-drop': 0.5, check: 'max-drop=warn' },
    bits: ['auto'],
    seeds: SEEDS,
    subjects: ['resnet8', 'mobilenet-person96'],
  },
  {
    name: 'qkeras',
    title: 'QKeras',
    kind: 'peer',
    options: {},
    bits: [3, 2],
    seeds: SEEDS,
    subjects: ['resnet8', 'mobilenet-person96'],
  },
  {
    name: 'data-free',
    title: 'qgt, without data',
    kind: 'data-free',
    options: {},
    bits: WIDTHS,
    seeds: SEEDS,
    subjects: EVERY_SUBJECT,
  },
  ...[
    sizedFree('size-2-free', 19_400, 'resnet8'),
    sizedFree('size-2-free-large', 12_000, 'mobilenet-cifar10'),
  ],
  {
    name: 'rounding',
    title: 'rounding alone',
    kind: 'rounded',
    options: { epochs: 0 },
    bits: WIDTHS,
    // Nothing in it is drawn.
    seeds: [0],
    subjects: EVERY_SUBJECT,
  },
  { name: 'float-forward', title: 'qgt, float forward', options: { forward: 'float' }, ...ABLATION },
  { name: 'no-guidance', title: 'qgt, no guidance', options: { guidance: 0 }, ...ABLATION },
  { name: 'no-distillation', title: 'qgt, no distillation', options: { distill: 0 }, ...ABLATION },
  // As the recipe's option for its stages is called.
  { name: 'float32', title: 'qgt, nothing in bfloat16', options: { precision: 'float32' }, ...ABLATION },
];

/** Every row, in the order of the page. */
export const experiments: readonly Experiment[] = subjects.flatMap((subject) =>
  methods
    .filter((method) => method.subjects.includes(subject.name))
    .flatMap((method) =>
      method.bits.map((bits) => ({
        id: `${subject.name}-${method.name}-${bits}`,
        subject,
        method,
        bits,
      })),
    ),
);
