export { imageDataset } from './image-dataset.js';
export { holdsImages, imageFiles } from './image-files.js';
