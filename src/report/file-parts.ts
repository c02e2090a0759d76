/** Parts of a model's file, by which its bytes are told. */
export const fileParts = ['kernels', 'scales', 'biases', 'other', 'topology', 'container'] as const;
export type FilePart = (typeof fileParts)[number];

/** Names of the parts for a list. */
export const partTitles: Readonly<Record<FilePart, string>> = {
  kernels: 'kernels',
  scales: 'scales of kernels',
  biases: 'biases',
  other: 'other tensors',
  topology: 'topology and names',
  container: 'index and padding',
};
