/** One way to train that is measured. */
export interface Candidate {
  readonly name: string;
  /** For the tables. */
  readonly title: string;
  readonly runsIn: 'node' | 'python';
}

/** In the order in which they take turns. */
export const candidates: readonly Candidate[] = [
  { name: 'ours', title: 'qgt, 2 bits', runsIn: 'node' },
  { name: 'qkeras', title: 'QKeras, 2 bits', runsIn: 'python' },
  { name: 'ours-bfloat16', title: 'qgt, 2 bits, `--precision bfloat16`', runsIn: 'node' },
  { name: 'ours-distill', title: 'qgt, 2 bits, distillation', runsIn: 'node' },
  { name: 'keras', title: 'Keras, float', runsIn: 'python' },
  { name: 'ours-eager', title: 'qgt, 2 bits, step not recorded', runsIn: 'node' },
  { name: 'tfjs-node', title: 'tfjs-node, float, `trainOnBatch`', runsIn: 'node' },
];

/** Those that the others are held against. */
export const REFERENCES: readonly string[] = ['qkeras', 'tfjs-node', 'ours-eager'];
