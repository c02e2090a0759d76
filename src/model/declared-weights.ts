import { AsyncLocalStorage } from 'node:async_hooks';
import { formatShape, type NamedTensor, QgtError, type Shape, sizeOf } from '../core/index.js';
import * as tf from '../engine/tf.js';

/** Numbers that layers may declare beyond those of the file: 16 MiB of them, so that tfjs tells of small mistakes. */
const SPARE = 2 ** 22;

/** Weights of a model in the making. */
interface Account {
  readonly source: string;
  /** How many numbers its file holds. */
  readonly held: number;
  /** How many its layers have declared so far. */
  declared: number;
}

/** A layer's method that makes a variable and its initial value. */
type AddWeight = (
  this: tf.layers.Layer,
  name: string,
  shape: Shape,
  ...more: readonly unknown[]
) => tf.LayerVariable;

const accounts = new AsyncLocalStorage<Account>();

/**
 * Makes a layers model whose layers declare no more weights than there are values for.
 *
 * tfjs takes memory for every variable before it compares shapes, and a layer may declare any number of units. The
 * variables are counted where they are made, so that it holds for every class of layers, custom ones too.
 *
 * @throws QgtError `bad-model` naming the layer, what it declares and what the file holds.
 */
export function withinHeldWeights<Model>(
  { source, weights }: { readonly source: string; readonly weights: readonly NamedTensor[] },
  make: () => Promise<Model>,
): Promise<Model> {
  countVariables();
  const held = weights.reduce((sum, { values }) => sum + values.length, 0);
  return accounts.run({ source, held, declared: 0 }, make);
}

let isCounting = false;

function countVariables(): void {
  if (isCounting) return;
  isCounting = true;
  const { prototype } = tf.layers.Layer;
  const add = Reflect.get(prototype, 'addWeight') as AddWeight;
  const counted: AddWeight = function (name, shape, ...more) {
    const account = accounts.getStore();
    if (account !== undefined) declare(account, { layer: this.name, name, shape });
    return add.call(this, name, shape, ...more);
  };
  Reflect.set(prototype, 'addWeight', counted);
}

/** Counts a variable; a shape that is none is left to tfjs. */
function declare(
  account: Account,
  { layer, name, shape }: { readonly layer: string; readonly name: string; readonly shape: Shape },
): void {
  account.declared += sizeOf(shape);
  if (!(account.declared > account.held + SPARE)) return;
  throw new QgtError('bad-model', {
    where: `${account.source}: layer ${layer}`,
    what: 'the layers declare more weights than the file holds',
    got: `${name} [${formatShape(shape)}], which makes ${account.declared} numbers so far`,
    expected: `${account.held} in all`,
    remedy: 'check that topology and weights are of the same model, and export it again',
  });
}
