import { type OutputHead, type OutputValues, probabilitiesOf } from '../../metrics/index.js';

/** Probability from which on a decision counts as saturated, as by values far beyond those of the training. */
const SATURATED = 1 - 1e-6;

/** How clearly a model tells samples apart, summed up over batches. */
export interface AnswerClarity {
  add(outputs: readonly OutputValues[]): void;
  /**
   * Mutual information of sample and answer in nats, high where each answer is sure and answers differ, times the share
   * of answers that are not saturated; summed over the outputs that decide something.
   */
  value(): number;
}

/** Sums of one output. */
interface Sums {
  readonly head: OutputHead;
  /** Probability of each class, or of each value's yes. */
  shares: Float64Array;
  entropy: number;
  saturated: number;
  rows: number;
}

/** Starts the sums; null for a model whose outputs are no probabilities. */
export function answerClarity(heads: readonly OutputHead[]): AnswerClarity | null {
  if (!heads.some(decides)) return null;
  const sums = heads.map(
    (head): Sums => ({ head, shares: new Float64Array(0), entropy: 0, saturated: 0, rows: 0 }),
  );
  return {
    add: (outputs) => {
      for (const [index, output] of outputs.entries())
        if (decides(heads[index]!)) addTo(sums[index]!, output);
    },
    value: () => sums.filter(({ rows }) => rows > 0).reduce((total, each) => total + clarityOf(each), 0),
  };
}

const decides = ({ kind }: OutputHead): boolean => kind !== 'linear';

function addTo(sums: Sums, { values, width }: OutputValues): void {
  const { head } = sums;
  if (sums.rows === 0) sums.shares = new Float64Array(width);
  const probabilities = probabilitiesOf(head, values, width);
  for (let start = 0; start < probabilities.length; start += width) {
    const row = probabilities.subarray(start, start + width);
    for (const [column, share] of row.entries()) sums.shares[column]! += share;
    sums.entropy += entropyOf(head, row);
    if (surenessOf(head, row) >= SATURATED) sums.saturated++;
    sums.rows++;
  }
}

function clarityOf({ head, shares, entropy, saturated, rows }: Sums): number {
  const information =
    entropyOf(
      head,
      shares.map((sum) => sum / rows),
    ) -
    entropy / rows;
  return information * (1 - saturated / rows);
}

/** Entropy of one decision among classes, or the sum of those between yes and no. */
function entropyOf({ kind }: OutputHead, row: ArrayLike<number>): number {
  const of = (share: number): number => (share > 0 ? -share * Math.log(share) : 0);
  return Array.from(row).reduce(
    (sum, share) => sum + of(share) + (kind === 'sigmoid' ? of(1 - share) : 0),
    0,
  );
}

/** Probability of the surest class, or of the least sure yes or no. */
function surenessOf({ kind }: OutputHead, row: Float32Array): number {
  return kind === 'softmax' ? Math.max(...row) : Math.min(...row.map((share) => Math.max(share, 1 - share)));
}
