import { z } from 'zod';
import type * as tf from '../../engine/tf.js';
import { nodeName } from './graph-def.js';

const entrySchema = z.object({
  name: z.string().optional(),
  tensorShape: z.object({ dim: z.array(z.object({ size: z.coerce.number() })) }).optional(),
});
const entriesSchema = z.record(z.string(), entrySchema.catch({})).catch({});
const signatureSchema = z.object({ inputs: entriesSchema, outputs: entriesSchema });

/** An input or output of a graph as its signature describes it. */
export interface SignatureEntry {
  /** The node that takes or makes it. */
  readonly node: string;
  /** Open sizes are negative; undefined where nothing is said. */
  readonly shape: readonly number[] | undefined;
}

/** Looks an input or output of a graph model up in its signature. */
export function signatureEntry(
  model: tf.GraphModel,
  side: 'inputs' | 'outputs',
  name: string,
): SignatureEntry {
  const signature = signatureSchema.safeParse(model.modelSignature);
  const entries = signature.success ? signature.data[side] : {};
  const entry = Object.hasOwn(entries, name)
    ? entries[name]!
    : Object.values(entries).find(
        (each) => each.name !== undefined && nodeName(each.name) === nodeName(name),
      );
  return {
    node: nodeName(entry?.name ?? name),
    shape: entry?.tensorShape?.dim.map(({ size }) => size),
  };
}

const outputsSchema = z.object({ outputs: z.record(z.string(), z.object({ name: z.string() })) });

/** The nodes that the signature has as outputs, wherever in the metadata it stands. */
export function signatureOutputs({
  signature,
  userDefinedMetadata,
}: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const inside: unknown = Reflect.get(Object(userDefinedMetadata), 'signature');
  return new Set(
    [signature, inside].flatMap((each) => {
      const { data } = outputsSchema.safeParse(each);
      return data === undefined ? [] : Object.values(data.outputs).map(({ name }) => nodeName(name));
    }),
  );
}
