export { idxDataset } from './idx-dataset.js';
export { npyDataset } from './npy-dataset.js';
export { npzDataset } from './npz-dataset.js';
