import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The folder of models beside the checkout, which are not part of the project. */
export const SHARED_MODELS = fileURLToPath(new URL('../../shared/models/', import.meta.url));

/** One model of each kind, for the tests that must not take long; the soak tests take all. */
export const REPRESENTATIVES = [
  'anomagram-ecg-autoencoder', // dense layers alone
  'faceapi-tiny-face-detector-manifest', // refused: no topology
  'graph-human-facemesh', // a graph model
  'mobilenet-v1-025-vww', // depthwise convolutions, dead channels
  'nnvis-imdb', // a custom layer
  'nnvis-mnist', // convolutions in a Sequential
  'ours-keras3-functional', // Keras 3
  'reiinakano-lstm', // recurrent
  'resnet8-cifar10', // residual connections, BatchNorm
];

/** The names of all models there are. */
export async function findSharedModels(): Promise<string[]> {
  const entries = await readdir(SHARED_MODELS, { withFileTypes: true });
  return entries.filter((each) => each.isDirectory()).map(({ name }) => name);
}
