export { csvDataset, csvLabelColumns } from './csv-dataset.js';
