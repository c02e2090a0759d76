import type * as tf from '../engine/tf.js';
import { type LayerCall, ownersOf, unfoldModel } from './call-graph.js';
import { type InputUse, type Rescaling, rescaleTwice, smallestVocabulary } from './input-use.js';
import { layerKindOf } from './layers/index.js';
import { vocabularyOf } from './vocabulary.js';

/** Lists the first use of each input of a layers model; layers that hand values on are looked past. */
export function layerInputUses(model: tf.LayersModel): InputUse[] {
  const { calls, inputs } = unfoldModel(model);
  return inputs.map((input) => {
    const readers = readersOf([input], calls);
    const sizes = readers.flatMap(({ layer }) => ownersOf(layer).flatMap((each) => vocabularyOf(each) ?? []));
    return { vocabulary: smallestVocabulary(sizes), rescaling: rescalingBehind(readers, calls) };
  });
}

/** The calls that read values as they are, or handed on by other layers. */
function readersOf(values: readonly number[], calls: readonly LayerCall[]): LayerCall[] {
  const same = new Set(values);
  return calls.filter(({ layer, inputs, outputs }) => {
    if (!inputs.some((each) => same.has(each))) return false;
    const passes = ownersOf(layer).every(handsOn);
    if (passes) for (const output of outputs) same.add(output);
    return !passes;
  });
}

/** Whether a layer hands its input's values on, if in another order or beside those of other inputs. */
function handsOn(layer: tf.layers.Layer): boolean {
  const name = layer.getClassName();
  return name === 'Concatenate' || layerKindOf(name)?.activation(layer) === null;
}

/** The rescaling that all readers of some values are behind, and those that follow on it. */
function rescalingBehind(
  [reader, ...others]: readonly LayerCall[],
  calls: readonly LayerCall[],
): Rescaling | null {
  const first = reader === undefined || others.length > 0 ? null : rescalingOf(reader.layer);
  if (first === null) return null;
  const then = rescalingBehind(readersOf(reader!.outputs, calls), calls);
  return then === null ? first : rescaleTwice(first, then);
}

/** The scale and offset of a Rescaling layer; null for any other. */
function rescalingOf(layer: tf.layers.Layer): Rescaling | null {
  if (layer.getClassName() !== 'Rescaling') return null;
  const { scale, offset } = layer.getConfig();
  const [scales, offsets] = [[scale].flat(), [offset ?? 0].flat()];
  return areNumbers(scales) && areNumbers(offsets) ? { scale: scales, offset: offsets } : null;
}

const areNumbers = (values: readonly unknown[]): values is readonly number[] =>
  values.every((value) => typeof value === 'number');
