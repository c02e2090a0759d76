export { csvDataset } from './csv-dataset.js';
