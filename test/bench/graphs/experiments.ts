/** A model that is compressed as layers and, by its twin, as a graph. */
export interface Twin {
  /** Folder of the LayersModel; that of the graph has `-graph` behind it. */
  readonly model: string;
  /** Folder of images, with `train` and `test` in it. */
  readonly images: string;
  readonly inputRange: string;
}

/** A graph that is trained without labels. */
export interface Unlabelled {
  readonly model: string;
  readonly data: readonly string[];
  /** Options that bound a training to so many bits which takes too long otherwise. */
  limit(bits: number): readonly string[];
}

/** Arguments of qgt. */
export type Command = readonly string[];

/** What is run for one figure: a compression, and where that is given no data to measure on, an evaluation of its file. */
export interface Run {
  /** Folder of what it makes. */
  readonly name: string;
  /** Folder of the model. */
  readonly model: string;
  readonly commands: readonly [Command, Command?];
}

export const SEEDS = [0, 1, 2] as const;
/** Width of the runs without data. */
export const FREE_BITS = 4;
/** Width of the twins' runs with data. */
export const TWIN_BITS = 2;
export const UNLABELLED_BITS = [4, 2] as const;

export const twins: readonly Twin[] = [
  { model: 'ours-resnet8-cifar10-jpeg', images: 'cifar10', inputRange: '0..255' },
  { model: 'ours-mobilenet-person96', images: 'person96', inputRange: '0..1' },
];

const photos = (range: string) => [
  ...['--data', 'photos/train', '--eval', 'photos/test'],
  ...['--input-range', range],
];

export const unlabelled: readonly Unlabelled[] = [
  { model: 'graph-human-facemesh', data: photos('0..1'), limit: () => [] },
  {
    model: 'graph-basic-pitch',
    data: ['--data', 'tones-train.npz', '--eval', 'tones-test.npz'],
    limit: (bits) => ['--max-steps', bits === 2 ? '240' : '160'],
  },
  // A step takes ten seconds.
  { model: 'human-gear', data: photos('0..1'), limit: () => ['--max-steps', '24'] },
  { model: 'terryky-ssrnet', data: photos('0..255'), limit: () => [] },
  { model: 'wokada-meet-128', data: photos('0..1'), limit: () => [] },
];

const KINDS = { layers: '', graph: '-graph' } as const;
export type Kind = keyof typeof KINDS;

/** Trains a twin on labelled images. */
export function twinRun({ model, images, inputRange }: Twin, kind: Kind, seed: number): Run {
  const source = `${model}${KINDS[kind]}`;
  const data = ['--data', `${images}/train`, '--eval', `${images}/test`, '--input-range', inputRange];
  const compress = ['compress', source, '--bits', `${TWIN_BITS}`, ...data, '--seed', `${seed}`];
  return { name: `${source}-${TWIN_BITS}-${seed}`, model: source, commands: [compress] };
}

/** Trains a twin without data. */
export function freeRun({ model, images, inputRange }: Twin, kind: Kind, seed: number): Run {
  const source = `${model}${KINDS[kind]}`;
  const range = ['--input-range', inputRange];
  const compress = ['compress', source, '--bits', `${FREE_BITS}`, ...range, '--seed', `${seed}`];
  const evaluate = ['eval', 'out/model.qgt', '--data', `${images}/test`, ...range];
  return { name: `${source}-free-${FREE_BITS}-${seed}`, model: source, commands: [compress, evaluate] };
}

/** Rounds or trains a graph without labels. */
export function unlabelledRun(
  { model, data, limit }: Unlabelled,
  bits: number,
  way: 'rounded' | 'trained',
): Run {
  const length = way === 'rounded' ? ['--epochs', '0'] : limit(bits);
  const compress = ['compress', model, '--bits', `${bits}`, ...data, '--seed', '0', ...length];
  return { name: `${model}-${way}-${bits}`, model, commands: [compress] };
}
