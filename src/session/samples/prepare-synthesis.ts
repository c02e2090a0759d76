import { canMove, type SourceModel, type SyntheticInput } from '../../data/index.js';
import type { OutputHead } from '../../metrics/index.js';
import { forwardWork } from '../../model/index.js';
import { graphWork } from './graph-work.js';
import { type Learning, learningFromDrawn } from './learning.js';
import { settleHeads } from './output-heads.js';
import type { SampleOptions, SampleSource } from './samples.js';
import { sourceModel } from './source-model.js';
import { countOf, type SynthesisAmount, type SynthesisWork, synthesisAmount } from './synthesis-amount.js';
import { syntheticInputs } from './synthetic-inputs.js';

/** A model's inputs and outputs as synthesis needs them, and how much is to be made. */
export interface PreparedSynthesis {
  readonly inputs: readonly SyntheticInput[];
  readonly heads: readonly OutputHead[];
  /** null for a GraphModel, whose layers can't be watched. */
  readonly model: SourceModel | null;
  readonly learning: Learning;
  readonly amount: SynthesisAmount;
}

const UNLABELLED = { labels: { kind: 'none' }, count: 0 } as const;

/** Decides for a model how its outputs are read without labels, and how many inputs are made in how many steps. */
export async function prepareSynthesis(
  { liveModel, engine }: SampleSource,
  { synthesis: wish, loss, inputRange }: Pick<SampleOptions, 'synthesis' | 'loss' | 'inputRange'>,
): Promise<PreparedSynthesis> {
  const { heads } = await settleHeads(liveModel, UNLABELLED, loss);
  const inputs = syntheticInputs(liveModel, heads, inputRange);
  const model = liveModel.kind === 'layers' ? sourceModel(liveModel, heads) : null;
  const shapes = inputs.map(({ shape }) => shape);
  const amountFor = (work: SynthesisWork, worth = wish.worth) =>
    synthesisAmount(inputs, work, engine.name, { ...wish, worth });
  if (liveModel.kind === 'layers') {
    const work = { ...forwardWork(liveModel.model, shapes), canMove: canMove(model, inputs) };
    return { inputs, heads, model, learning: 'kernels', amount: amountFor({ of: 'layers', ...work }) };
  }
  const work = graphWork(liveModel, shapes);
  const ofKernels = work && ({ of: "a graph's kernels", multiplications: work.multiplications } as const);
  const count = ofKernels === null ? 0 : countOf(amountFor(ofKernels, 'training'));
  const learning = learningFromDrawn(liveModel, inputs, heads, count);
  const own = learning === 'kernels' ? ofKernels : null;
  return { inputs, heads, model, learning, amount: amountFor(own ?? { of: "a graph's biases" }) };
}
