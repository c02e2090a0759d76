import type * as tf from '../engine/tf.js';
import type { LossName } from './loss-names.js';
import type { Metric } from './scoring/metric.js';

/** Source of a model's output: its layer and activation, as far as the model tells. */
export interface OutputSource {
  readonly name: string;
  /** Shape of one sample; open sizes are 1. */
  readonly shape: readonly number[];
  /** Name of the activation in tfjs: `softmax`, `sigmoid`, `linear`, `relu`, ... */
  readonly activation: string;
  /** The layer that applies the activation; null where it stands alone, or in a GraphModel. */
  readonly layer: tf.layers.Layer | null;
}

/** Class probabilities, independent probabilities, or plain values. */
export type HeadKind = 'softmax' | 'sigmoid' | 'linear';

/** How an output is read: decided once for a model and its data; loss, metric and choices follow from it. */
export interface OutputHead extends Omit<OutputSource, 'activation'> {
  readonly kind: HeadKind;
  /** The model gives logits: softmax or sigmoid is not applied yet. */
  readonly logits: boolean;
  /** Decision by the largest value of a row, or by each value separately; null for plain values. */
  readonly decision: 'largest' | 'each' | null;
  readonly loss: LossName;
  /** The metric that was chosen for it; left out: accuracy or R2. */
  readonly metric?: Metric;
}

/** Kind of the labels of one output. */
export type TargetKind =
  /** No labels. */
  | 'none'
  /** One class a sample, or a 1 among zeros in each row. */
  | 'class'
  /** Zeros and ones, any number of ones in a row. */
  | 'binary'
  /** Zeros alone, which may be values or classes. */
  | 'zeros'
  /** Any other values. */
  | 'values';

/**
 * Decides how an output is read.
 *
 * - A softmax decides by its largest value.
 * - A sigmoid decides value by value, but by its largest where each row has one class; beside other values than 0 and 1
 *   it is a regression.
 * - A linear output beside classes, zeros and ones holds logits, beside zeros alone values, unless the loss says
 *   otherwise.
 *
 * @param loss  As the user gave it; left out: the usual one.
 */
export function settleHead(source: OutputSource, target: TargetKind, loss?: LossName): OutputHead {
  const { name, shape, layer } = source;
  const kind = kindOf(source, target, loss);
  const logits = kind !== 'linear' && openKindOf(source) === 'linear';
  return {
    name,
    shape,
    layer: logits ? null : layer,
    kind,
    logits,
    decision: decisionOf(kind, widthOf(source), target),
    loss: loss ?? USUAL_LOSSES[kind],
  };
}

/** Heads as they are on a copy of the model, whose own layers apply the activations. */
export function headsOnCopy(heads: readonly OutputHead[], copy: readonly OutputSource[]): OutputHead[] {
  return heads.map((head, index) => ({ ...head, layer: head.layer === null ? null : copy[index]!.layer }));
}

/** The last dimension of an output: what a row holds. */
export const widthOf = ({ shape }: { readonly shape: readonly number[] }): number => shape.at(-1) ?? 1;

const USUAL_LOSSES: Readonly<Record<HeadKind, LossName>> = {
  softmax: 'crossentropy',
  sigmoid: 'binary-crossentropy',
  linear: 'mse',
};

/** Derives the kind from the activation alone. */
function openKindOf({ activation }: OutputSource): HeadKind {
  if (activation === 'softmax' || activation === 'sigmoid') return activation;
  return 'linear';
}

function kindOf(source: OutputSource, target: TargetKind, loss: LossName | undefined): HeadKind {
  const kind = openKindOf(source);
  const crossentropy = loss === 'crossentropy' || loss === 'binary-crossentropy';
  if (kind === 'sigmoid') return target === 'values' && !crossentropy ? 'linear' : 'sigmoid';
  if (kind === 'softmax') return 'softmax';
  if (loss === 'crossentropy') return widthOf(source) > 1 ? 'softmax' : 'sigmoid';
  if (loss === 'binary-crossentropy') return 'sigmoid';
  if (loss !== undefined || target === 'none' || target === 'values' || target === 'zeros') return 'linear';
  return target === 'class' && widthOf(source) > 1 ? 'softmax' : 'sigmoid';
}

function decisionOf(kind: HeadKind, width: number, target: TargetKind): OutputHead['decision'] {
  if (kind === 'softmax') return 'largest';
  if (target === 'class') return width > 1 ? 'largest' : 'each';
  if (kind === 'sigmoid' || target === 'binary') return 'each';
  return null;
}
