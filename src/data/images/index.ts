export { folderClasses } from './folder-classes.js';
export { holdsImages, type ImageFiles, imageFiles } from './image-files.js';
export { type ImageRows, imageRows } from './image-rows.js';
