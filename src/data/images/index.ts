export { imageDataset } from './image-dataset.js';
export { holdsImages } from './image-files.js';
